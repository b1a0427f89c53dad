"""Coverage of 95% intervals of net benefit with few agencies: python coverage_table.py [STUDIES].

Writes docs/methods/coverage.csv cell by cell, and what the package reads of it. Cells and methods
that the table has already are not run again, so that a broken run goes on where it stopped.
"""

import itertools
import sys
from pathlib import Path

import pandas as pd

from cpi_econ.evaluation.coverage import ADJUST, Method, coverage, study_seed
from cpi_econ.simulate.endpoints import Endpoint
from cpi_econ.simulate.studies import Shape, made_up_study, uneven_sizes
from cpi_econ.uncertainty.cluster_tests import cluster_tests

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "methods" / "coverage.csv"
PAGE = TABLE.with_suffix(".md")
MARKS = ("<!-- table: made by benchmarks/coverage_table.py -->", "<!-- end of table -->")
PACKAGE = ROOT / "src" / "cpi_econ" / "evaluation" / "few_clusters.csv"
CELL = ["high_clusters", "low_clusters", "icc", "lost"]
KEPT = [*CELL, "method", "interval", "studies", "coverage", "coverage_mcse"]

# clusters and people of each arm after loss; 30 and 86 are those of the pilot
DESIGNS = ({"low": (12, 86), "high": (4, 30)}, {"low": (8, 58), "high": (8, 58)},
           {"low": (10, 72), "high": (6, 44)})  # fmt: skip
ICCS = (0.0, 0.05, 0.15)
BOTH = ("t", "percentile")
IN_CLUSTERS = {"cluster": "cluster", "adjust": ADJUST}
ANALYTIC = {"resample": "none", "model": "ols", "n_replicates": 2}
METHODS = (
    Method("analytic CR1", IN_CLUSTERS | {"resample": "none", "n_replicates": 2}),
    Method("clusters", IN_CLUSTERS | {"resample": "clusters"}, BOTH),
    Method("two_stage", IN_CLUSTERS | {"resample": "two_stage"}, BOTH),
    Method("individuals", {"adjust": ADJUST}, BOTH),
    Method("analytic CR2", IN_CLUSTERS | ANALYTIC | {"errors": "CR2"}),
)
REPLICATES = 500
# fewer draws where each imputes: enough for the standard error of a t interval
IMPUTED = IN_CLUSTERS | {"missing": "impute", "resample": "two_stage", "n_replicates": 100}
IMPUTING = (
    (Method("two_stage, impute_in_bootstrap", IMPUTED),),
    (Method("two_stage, bootstrap_in_imputation", IMPUTED | {"order": "bootstrap_in_imputation"}),),
)
# the interval is made of the sandwich alone, whatever is drawn, so nothing need be drawn for it
DEFAULT = (Method("two_stage", IN_CLUSTERS | {"resample": "none", "n_replicates": 2}, ("cr2",)),)
WEIGHTED = IN_CLUSTERS | {
    "resample": "two_stage",
    "propensity": ["baseline_cost", "baseline_utility"],
}
FURTHER = (
    Method("two_stage, iptw", WEIGHTED | {"weights": "iptw", "model": "none", "adjust": None}),
    Method("two_stage, aipw", WEIGHTED | {"weights": "aipw", "model": "ols"}),
    Method("clusters", IN_CLUSTERS | {"resample": "clusters", "jackknife": True}, ("bca",)),
    Method(
        "clusters",
        IN_CLUSTERS | {"resample": "clusters", "model": "ols", "studentised": True},
        ("studentised",),
    ),
    Method("bayesian", IN_CLUSTERS | {"resample": "bayesian"}),
    Method("clusters, glm gamma", IN_CLUSTERS | {"resample": "clusters", "model": "glm"}),
)
# what is run, in order: methods, shares lost, and the most studies
STAGES = (
    (METHODS, 0.0, 1000),
    (METHODS, 0.25, 1000),
    (IMPUTING[0], 0.25, 500),
    ((), 0.0, 1000),  # tests whose intervals are those of the values they do not refuse
    (IMPUTING[1], 0.25, 500),
    (DEFAULT, 0.0, 1000),
    (DEFAULT, 0.25, 1000),
    (FURTHER, 0.0, 1000),
    (FURTHER, 0.25, 1000),
)
TESTS = ("wild cluster bootstrap", "permutation", "cluster means")
SEED = 20260


def shape_of(design, icc, lost):
    """About 116 people stay; those of the smaller arm are healthier and cheaper from the start."""
    return Shape(
        sizes={arm: uneven_sizes(round(n / (1 - lost)), m) for arm, (m, n) in design.items()},
        cost=Endpoint(3000, 3000, (300.0,), icc=icc, explained=0.3, shift=(-0.3,)),
        effect=Endpoint(0.5, 0.12, (0.02,), icc=icc, explained=0.3, shift=(0.3,), gamma=False),
        correlation=-0.2,
        lost=dict.fromkeys(design, lost),
        lost_slope=-0.6,
    )


def known(table, cell):
    """Methods and intervals that the table holds of a cell."""
    if table.empty:
        return set()
    rows = table[(table[CELL] == list(cell.values())).all(axis=1)]
    return set(zip(rows["method"], rows["interval"], strict=True))


def measured(shape, methods, lost, studies):
    if lost:
        methods = [
            Method(m.name, {"missing": "complete_cases", **m.options}, m.intervals) for m in methods
        ]
    made = coverage(shape, methods, studies=studies, n_replicates=REPLICATES, seed=SEED)
    return made.drop(columns="arm")


def tested(shape, studies):
    """Coverage of tests: the share of studies in which the truth, taken off, is not refused."""
    wtp, level = 20_000.0, 0.95
    kept = dict.fromkeys(TESTS, 0)
    for number in range(studies):
        table = made_up_study(shape, study_seed(SEED, number)).table
        for name, endpoint in (("cost", shape.cost), ("effect", shape.effect)):
            table.loc[table["arm"] == "high", name] -= endpoint.increments[0]
        found = cluster_tests(
            table, reference="low", cluster="cluster", wtp=[wtp], adjust=ADJUST, draws=999,
            seed=number,
        )  # fmt: skip
        for name in TESTS:
            kept[name] += found.loc[found["test"] == name, "p_value"].item() > 1 - level
    share = pd.Series(kept) / studies
    return pd.DataFrame({
        "method": TESTS, "interval": "test", "wtp": wtp, "studies": studies,
        "failed": 0, "coverage": share.to_numpy(),
        "coverage_mcse": ((share * (1 - share)) / studies).pow(0.5).to_numpy(),
    })  # fmt: skip


def add_cell(table, design, icc, stage, studies):
    methods, lost, most = stage
    number = min(studies, most)
    cell = {"high_clusters": design["high"][0], "low_clusters": design["low"][0]}
    cell |= {"icc": icc, "lost": lost}
    shape = shape_of(design, icc, lost)
    have = known(table, cell)
    asked = [one for one in methods if not {(one.name, kind) for kind in one.intervals} <= have]
    if asked:
        made = measured(shape, asked, lost, number)
    elif not methods and not {(test, "test") for test in TESTS} <= have:
        made = tested(shape, number)
    else:
        return table
    made = made.assign(**cell, people=shape.n)
    return pd.concat([table, made[[*CELL, "people", *made.columns.drop([*CELL, "people"])]]])


def write(table):
    table = table.sort_values([*CELL[:2], "lost", "icc"], kind="stable")
    table.to_csv(TABLE, index=False, float_format="%.6g", lineterminator="\n")
    table[KEPT].to_csv(PACKAGE, index=False, float_format="%.4g", lineterminator="\n")


def write_page(table):
    """Put coverages in per cent between the marks of the methods page; outside 93 to 97 in bold."""
    text = PAGE.read_text("utf-8")
    head, tail = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    places = [(lost, icc) for lost in (0.0, 0.25) for icc in ICCS]
    names = [f"ICC {icc:g}, {f'{lost:.0%} lost' if lost else 'all known'}" for lost, icc in places]
    lines = [f"| clusters | method | interval | {' | '.join(names)} |", "| --- " * 9 + "|"]
    for (high, low, method, kind), rows in table.groupby(
        ["high_clusters", "low_clusters", "method", "interval"], sort=False
    ):
        share = rows.set_index(["lost", "icc"])["coverage"]
        cells = [_cell(share.get(place)) for place in places]
        lines.append(f"| {high} v {low} | {method} | {kind} | {' | '.join(cells)} |")
    body = "\n".join([MARKS[0], "", *lines, "", MARKS[1]])
    PAGE.write_text(head + body + tail, "utf-8")


def _cell(share):
    if share is None:
        return ""
    text = f"{100 * share:.1f}"
    return text if 0.93 <= share <= 0.97 else f"**{text}**"


def main(studies):
    table = pd.read_csv(TABLE) if TABLE.is_file() else pd.DataFrame()
    for stage in STAGES:
        for design, icc in itertools.product(DESIGNS, ICCS):
            table = add_cell(table, design, icc, stage, studies)
            write(table)
            sys.stderr.write(f"{design} ICC {icc} lost {stage[1]}\n")
    write_page(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
