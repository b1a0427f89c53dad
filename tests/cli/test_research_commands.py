"""``voi`` and ``design`` in the terminal."""

import json

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from cpi_econ.cli.design import design
from cpi_econ.cli.research_options import counts_of
from cpi_econ.cli.voi import voi
from cpi_econ.errors import FindingsError
from cpi_econ.paths import data_root

STUDY = str(data_root() / "examples" / "connecting_people" / "study.yaml")
POPULATION = ["--people", "12000", "--years", "5", "--discount", "0.035"]
app = typer.Typer()
app.command()(voi)
app.command()(design)


def run(*arguments):
    done = CliRunner(env={"COLUMNS": "100"}).invoke(app, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_next_study_of_the_bundled_example_fits_one_screen():
    done = run("design", STUDY, "--replicates", "400", *POPULATION)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert len(lines) <= 50
    assert max(len(line) for line in lines) <= 100
    for words in ("12,000 people a year", "EVPI", "ENBS", "Power", "Clusters (agency)", "N143"):
        assert words in done.output
    firsts = [line.split()[0] for line in lines if line[:2].isdigit()]
    assert firsts[0] == "16"
    assert "40" in firsts


def test_design_as_json_follows_its_options():
    done = run(
        *("design", STUDY, "--replicates", "300", *POPULATION, "--json"),
        *("--sizes", "16,40", "--per-cluster", "8", "--dropout", "0.2", "--wtp", "20000"),
        *("--fixed-cost", "1000", "--cost-per-person", "10", "--cost-per-cluster", "0"),
        *("--uncertainty", "people"),
    )
    answer = json.loads(done.output)
    (row,) = answer["thresholds"]
    assert [one["participants"] for one in row["studies"]] == [128, 320]
    assert [one["cost"] for one in row["studies"]] == [2280.0, 4200.0]
    assert not any("W090" in line for line in answer["findings"])


def test_design_asks_whose_decision_it_is():
    with pytest.raises(FindingsError, match="E095"):
        run("design", STUDY, "--set", "population=null")


def test_voi_of_a_study_and_of_its_results_agree(tmp_path):
    from cpi_econ.evaluation.evaluate import evaluate
    from cpi_econ.report.results_folder import write_results
    from cpi_econ.study.load import read_study

    plan = read_study(STUDY, ["uncertainty.replicates=300"])
    write_results(evaluate(plan), tmp_path / "results", report=plan.wtp.report)
    options = ["--json", "--wtp", "20000", *POPULATION]
    one = json.loads(run("voi", STUDY, "--replicates", "300", *options).output)
    other = json.loads(run("voi", str(tmp_path / "results"), *options).output)
    assert one["evpi"]["per_person"] == pytest.approx(other["evpi"]["per_person"])
    shown = run("voi", str(tmp_path / "results"), "--wtp", "20000", *POPULATION)
    assert "Higher" in shown.output
    assert "effect data" in shown.output


def test_voi_of_a_model_s_simulations(tmp_path):
    rng = np.random.default_rng(1)
    gain = rng.normal(0.01, 0.02, 500)
    frame = pd.DataFrame(
        {"cost_old": 0.0, "cost_new": 100.0, "effect_old": 0.0, "effect_new": gain}
    )
    frame.to_csv(tmp_path / "model.csv", index=False)
    pd.DataFrame({"gain": gain, "other": rng.normal(size=500)}).to_csv(
        tmp_path / "p.csv", index=False
    )
    done = run(
        "voi", str(tmp_path / "model.csv"), "--parameters", str(tmp_path / "p.csv"), "--json"
    )
    answer = json.loads(done.output)
    assert answer["evppi"][0]["name"] == "gain"
    files = ("voi", str(tmp_path / "model.csv"), "--parameters", str(tmp_path / "p.csv"))
    both = json.loads(run(*files, "--together", "gain, other", "--json").output)
    assert {row["name"] for row in both["evppi"]} == {"gain", "other", "gain + other"}
    assert run(*files, "--together", "gain,none").exit_code == 2
    assert answer["evppi"][0]["value"] == pytest.approx(answer["evpi"]["per_person"])
    with pytest.raises(FindingsError, match="E096"):
        run("voi", str(tmp_path / "model.csv"), "--parameters", str(tmp_path / "gone.csv"))


@pytest.mark.parametrize("text", ["x", "40:16", "1:2:3:4", "2,3"])
def test_sizes_that_are_none(text):
    with pytest.raises(typer.BadParameter):
        counts_of(text)


def test_uncertainty_that_is_none():
    with pytest.raises(FindingsError, match="E095"):
        run("design", STUDY, "--uncertainty", "guess", "--replicates", "300", *POPULATION)


def test_tables_and_figures_to_publish(tmp_path):
    folder = tmp_path / "next"
    done = run("design", STUDY, "--replicates", "300", *POPULATION, "--out", str(folder))
    names = {path.name for path in folder.iterdir()}
    assert {
        "next_study.csv",
        "power_by_wtp.csv",
        "enbs.svg",
        "power.png",
        "power_by_wtp.pdf",
    } <= names
    assert "files in" in done.output
    table = pd.read_csv(folder / "next_study.csv")
    assert table.groupby("wtp")["best"].sum().tolist() == [1, 1]
    voi_folder = tmp_path / "voi"
    options = ("--replicates", "300", "--uncertainty", "people", "--out", str(voi_folder))
    run("voi", STUDY, *options, *POPULATION, "--quiet")
    names = {path.name for path in voi_folder.iterdir()}
    assert {"voi.csv", "evppi.csv", "evpi.svg", "evppi.png", "expected_loss.pdf"} <= names
    worth = pd.read_csv(voi_folder / "voi.csv")
    losses = worth.filter(like="expected_loss")
    np.testing.assert_allclose(losses.min(axis=1), worth["evpi_per_person"], rtol=1e-9)


def test_what_learning_about_a_subgroup_is_worth():
    options = ["--replicates", "400", "--subgroup", "sex", "--wtp", "20000", "--json"]
    answer = json.loads(run("voi", STUDY, *options).output)
    assert {row["name"] for row in answer["evppi"]} == {"sex: female", "sex: male"}
    for row in answer["evppi"]:
        assert 0 <= row["value"][0] <= answer["evpi"]["per_person"][0] + 1e-9


def test_results_hold_no_people(tmp_path):
    from cpi_econ.evaluation.evaluate import evaluate
    from cpi_econ.report.results_folder import write_results
    from cpi_econ.study.load import read_study

    plan = read_study(STUDY, ["uncertainty.replicates=100", "subgroups=null"])
    write_results(evaluate(plan), tmp_path, report=plan.wtp.report)
    with pytest.raises(FindingsError, match="E099 subgroups need the participants"):
        run("voi", str(tmp_path), "--subgroup", "sex")
    with pytest.raises(FindingsError, match="E095 uncertainty people needs"):
        run("voi", str(tmp_path), "--uncertainty", "people")
    answer = json.loads(run("voi", str(tmp_path), "--uncertainty", "interval", "--json").output)
    assert answer["evpi"]["per_person"][0] > 0
    assert answer["wtp"] == [20_000, 30_000]
    assert answer["evpi"]["people"] == pytest.approx(12_000 * sum(1.035**-at for at in range(5)))
    assert run("voi", STUDY, "--subgroup", "sex", "--scenarios").exit_code == 2
