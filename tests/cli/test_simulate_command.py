"""``simulate`` in the terminal."""

import json

import typer
from typer.testing import CliRunner

from cpi_econ.cli.simulate import simulate
from cpi_econ.paths import data_root

STUDY = str(data_root() / "examples" / "connecting_people" / "study.yaml")
SHORT = ["--studies", "12", "--replicates", "100"]
app = typer.Typer()
app.command()(simulate)


def run(*arguments):
    done = CliRunner(env={"COLUMNS": "100"}).invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_one_screen_tells_shape_performance_and_verdict():
    text = run(STUDY, *SHORT)
    assert len(text.splitlines()) <= 25
    assert max(map(len, text.splitlines())) <= 100
    for words in ("12 clusters", "gamma", "at £20,000", "at £30,000", "Coverage", "12 made-up"):
        assert words in text


def test_json_holds_the_same_and_follows_seed_and_threshold():
    answer, again, other = (
        json.loads(run(STUDY, *SHORT, "--json", "--wtp", "20000", *more))
        for more in ((), (), ("--seed", "8"))
    )
    assert answer == again
    assert [row["wtp"] for row in answer["performance"]] == [20_000.0]
    assert answer["performance"] != other["performance"]
    assert len(answer["shape"]["sizes"]["high"]) == 4


def test_quiet_prints_nothing():
    assert run(STUDY, *SHORT, "--quiet") == ""
