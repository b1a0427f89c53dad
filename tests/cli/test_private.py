"""One participant on the analyst's screen, and the private folder."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from cpi_econ.cli.app import run
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.study.load import read_study


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fresh copy of the bundled example."""
    folder = tmp_path_factory.mktemp("example") / "study"
    assert run(["new", str(folder), "--quiet"]) == 0
    return folder / "study.yaml"


@pytest.fixture(scope="module")
def person(example: Path) -> str:
    """Somebody whose cost and effect are known, and who saw a GP."""
    study = read_study(example)
    people = person_table(study)
    known = people.outcomes(study, "qaly").dropna(subset=["cost", "effect"])["participant"]
    use = people.trial.service_use.query("item == 'gp_surgery' and time == 'month_9'")
    return str(min(set(known) & set(use["participant"][use["quantity"] > 0])))


def test_path_of_one_participant(
    example: Path, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", str(example), person]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Private: this screen is about one person.")
    use = pd.read_csv(example.parent / "csri.csv").query("wave == 'month_9'")
    gp = use.set_index("client_id").loc[person, "gp_contacts"]
    unit = "contact" if gp == 1 else "contacts"
    assert f"month_9 gp_surgery: {gp:g} {unit} x 44 x 3 (recall) = {gp * 132:.2f} GBP" in out
    for words in (
        "cost by perspective: NHS and PSS (this analysis)", "qaly: answers at month_9: mobility",
        "qaly: utility at baseline:", " QALY", "analysis of qaly", "delivery delivery: 1 client",
    ):  # fmt: skip
        assert words in out
    assert not (example.parent / "results").exists()


def test_overrides_reach_the_path(
    example: Path, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = ["--set", "costs.set_unit_costs.gp_surgery=50"]
    assert run(["explain", str(example), person, *changed]) == 0
    assert re.search(r" contacts? x 50 x 3 \(recall\)", capsys.readouterr().out)


def test_weight_of_one_participant(
    example: Path, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    weighted = ["--set", "weights.method=overlap", "--set", "weights.covariates=[age]"]
    assert run(["explain", str(example), person, *weighted]) == 0
    told = map(str.strip, capsys.readouterr().out.splitlines())
    (line,) = (one for one in told if one.startswith("weight "))
    assert 0 < float(line.split()[1]) < 1  # an overlap weight is the chance of the other arm


def test_unknown_identifier_gives_the_nearest(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", str(example), "CP0001"]) == 2
    err = capsys.readouterr().err
    assert "E042" in err
    assert "CP001" in err


def test_ledger_sums_to_the_outcomes_and_stays_private(example: Path, tmp_path: Path) -> None:
    results, private = tmp_path / "results", tmp_path / "private"
    arguments = ["ceac", str(example), "--replicates", "100", "--quiet", "--out", str(results)]
    assert run([*arguments, "--private", str(private)]) == 0
    ledger = pd.read_csv(private / "ledger.csv")
    outcomes = pd.read_csv(private / "outcomes.csv").set_index("participant")
    assert {"source", "recall_factor", "price_year", "unit_cost", "currency"} <= set(ledger)
    tags = ledger["sector"].str.split("|").map(lambda found: bool({"NHS", "PSS"} & set(found)))
    counted = ledger[tags & ledger["counts"]]
    total = counted.groupby("participant")["cost"].agg(lambda cost: cost.sum(skipna=False))
    pd.testing.assert_series_equal(
        total.reindex(outcomes.index), outcomes["cost"], check_names=False, atol=0.005, rtol=0
    )
    assert not (results / "ledger.csv").exists()
    assert not (results / "outcomes.csv").exists()


@pytest.mark.parametrize("place", ["results", "results/mine", "."])
def test_private_folder_is_refused_beside_what_is_shared(
    example: Path, tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    results = tmp_path / "results"
    arguments = ["ceac", str(example), "--replicates", "100", "--out", str(results)]
    assert run([*arguments, "--private", str(tmp_path / place)]) == 2
    assert "E021" in capsys.readouterr().err
    assert not results.exists()


def test_catalogues_are_mounted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["unit-costs", "inflate", "100", "2021/22", "2014/15", "--index", "nhscii"]) == 0
    assert "88.33" in capsys.readouterr().out
    assert run(["value-sets", "show", "eq5d5l_gb_2026"]) == 0
    assert "eq5d5l_gb_2026" in capsys.readouterr().out
