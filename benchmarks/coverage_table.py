"""Coverage of 95% intervals of net benefit with few agencies: python coverage_table.py [STUDIES].

Writes docs/methods/coverage.csv cell by cell, and what the package reads of it. Cells and methods
that the table has already are not run again, so that a broken run goes on where it stopped.
"""

import itertools
import sys
from pathlib import Path

import pandas as pd

from cpi_econ.evaluation.coverage import ADJUST, Method, coverage
from cpi_econ.simulate.endpoints import Endpoint
from cpi_econ.simulate.studies import Shape, uneven_sizes
from cpi_econ.uncertainty import imputed_draws

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "methods" / "coverage.csv"
PACKAGE = ROOT / "src" / "cpi_econ" / "evaluation" / "few_clusters.csv"
CELL = ["high_clusters", "low_clusters", "icc", "lost"]
KEPT = [*CELL, "method", "interval", "studies", "coverage", "coverage_mcse"]

# clusters and people of each arm after loss; 30 and 86 are those of the pilot
DESIGNS = ({"low": (12, 86), "high": (4, 30)}, {"low": (8, 58), "high": (8, 58)},
           {"low": (10, 72), "high": (6, 44)})  # fmt: skip
ICCS = (0.0, 0.05, 0.15)
BOTH = ("t", "percentile")
IN_CLUSTERS = {"cluster": "cluster", "adjust": ADJUST}
METHODS = (
    Method("analytic CR1", IN_CLUSTERS | {"resample": "none", "n_replicates": 2}),
    Method("clusters", IN_CLUSTERS | {"resample": "clusters"}, BOTH),
    Method("two_stage", IN_CLUSTERS | {"resample": "two_stage"}, BOTH),
    Method("individuals", {"adjust": ADJUST}, BOTH),
)
REPLICATES = 500
DRAWS_OF_IMPUTED = 200
IMPUTED = IN_CLUSTERS | {"missing": "impute", "resample": "two_stage"}
IMPUTING = (
    Method("two_stage, impute_in_bootstrap", IMPUTED | {"n_replicates": DRAWS_OF_IMPUTED}),
    Method("two_stage, bootstrap_in_imputation", IMPUTED | {"order": "bootstrap_in_imputation"}),
)


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


def methods_of(lost, imputing):
    if imputing:
        return IMPUTING if lost else ()
    if lost:
        return [Method(m.name, {"missing": "complete_cases", **m.options}, m.intervals)
                for m in METHODS]  # fmt: skip
    return METHODS


def known(table, cell):
    """Methods that the table holds of a cell."""
    if table.empty:
        return set()
    return set(table.loc[(table[CELL] == list(cell.values())).all(axis=1), "method"])


def add_cell(table, design, icc, lost, studies, imputing):
    cell = {"high_clusters": design["high"][0], "low_clusters": design["low"][0]}
    cell |= {"icc": icc, "lost": lost}
    asked = [m for m in methods_of(lost, imputing) if m.name not in known(table, cell)]
    if not asked:
        return table
    shape = shape_of(design, icc, lost)
    made = coverage(shape, asked, studies=studies, n_replicates=REPLICATES, seed=20260)
    made = made.drop(columns="arm").assign(**cell, people=shape.n)
    made = made[[*CELL, "people", *made.columns.drop([*CELL, "people"])]]
    return pd.concat([table, made], ignore_index=True)


def write(table):
    table.to_csv(TABLE, index=False, float_format="%.6g", lineterminator="\n")
    table[KEPT].to_csv(PACKAGE, index=False, float_format="%.4g", lineterminator="\n")


def main(studies):
    # a step of imputed draws is made whole, then cut: no larger than what is asked for here
    imputed_draws.rows_at_once = lambda _: DRAWS_OF_IMPUTED
    table = pd.read_csv(TABLE) if TABLE.is_file() else pd.DataFrame()
    for imputing, lost in ((False, 0.0), (False, 0.25), (True, 0.25)):
        number = min(studies, 500) if imputing else studies
        for design, icc in itertools.product(DESIGNS, ICCS):
            table = add_cell(table, design, icc, lost, number, imputing)
            write(table)
            sys.stderr.write(f"{design} ICC {icc} lost {lost}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
