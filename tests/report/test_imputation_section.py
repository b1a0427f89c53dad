"""The section on imputation, from a study whose base case or a scenario imputes."""

import numpy as np
import pytest

from cpi_econ import evaluate, read_study
from cpi_econ.report.content import Paragraph, Picture, tables_of
from cpi_econ.report.imputation_figures import plot_imputed, plot_imputed_shifts
from cpi_econ.report.material import material
from cpi_econ.report.sections_imputation import imputation_section

SHIFTS = {"inmb": 500.0, "per_cost": -0.3, "per_effect": 6000.0, "sd_cost": 2e3, "sd_effect": 0.2}


@pytest.fixture(scope="module")
def result(small_study_with_gaps):
    return evaluate(read_study(small_study_with_gaps), scenarios=True)


@pytest.fixture(scope="module")
def small_study_with_gaps(tmp_path_factory):
    """Sixty people, costs missing in a third, seven effects; shifts as a scenario."""
    rng = np.random.default_rng(3)
    folder = tmp_path_factory.mktemp("gaps")
    lines = ["id,arm,age,cost,qaly"]
    for number in range(60):
        cost = "" if rng.random() < 0.33 else f"{rng.gamma(2, 700):.2f}"
        effect = "" if number in (3, 8, 20, 21, 30, 41, 51) else f"{rng.normal(0.6, 0.1):.3f}"
        lines.append(f"P{number:03d},{number % 2},{rng.integers(20, 80)},{cost},{effect}")
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "study.yaml").write_text(
        """
title: Gaps
currency: GBP
horizon: 12 months
arms: {control: {code: 0}, treat: {code: 1, label: Treated}}
reference: control
data: {participants: {file: people.csv, id: id, arm: arm}}
costs: {column: cost}
effects: {qaly: {column: qaly}}
missing: {method: impute, predictors: [age], imputations: 40}
uncertainty: {replicates: 100, seed: 3}
wtp: {report: [20000]}
scenarios:
  dearer: {missing: {delta: {cost: {treat: 500}}}}
  complete: {missing: {method: complete_cases}}
""",
        encoding="utf-8",
    )
    return folder / "study.yaml"


def test_tables_hold_the_numbers_of_the_analysis(result):
    section = imputation_section(material(result))
    beside, estimates = tables_of([section])
    assert beside.name == "imputation"
    # an effect is missing for fewer than five of one arm, so neither arm tells
    effect = next(row for row in beside.rows if row[0] == "QALYs")
    assert "<5" in effect
    assert [row[0] for row in estimates.rows] == ["base case"] * 3 + ["dearer"] * 3
    made = result.datasets["base case", "qaly"]
    gap = made["cost_hat"].sel(arm="treat") - made["cost_hat"].sel(arm="control")
    assert (
        estimates.rows[0][3].replace("£", "").replace(",", "").replace("−", "-")
        == f"{float(gap):.0f}"
    )


def test_shifts_are_linear_and_told(result):
    told = result.description["tables"]["tipping"]
    row = dict(zip(told["columns"], told["rows"][0], strict=True))
    base, moved = (result.datasets[name, "qaly"] for name in ("base case", "dearer"))
    cost = [float(one["cost_hat"].sel(arm="treat")) for one in (base, moved)]
    assert row["per_cost"] * 500 == pytest.approx(cost[0] - cost[1])
    words = [block.text for block in imputation_section(material(result)).blocks
             if hasattr(block, "text")]  # fmt: skip
    assert any("It would be zero with imputed costs" in one for one in words)


def test_nothing_imputed_no_section(small_study_with_gaps):
    study = read_study(small_study_with_gaps, ["missing.method=complete_cases", "scenarios={}"])
    assert not imputation_section(material(evaluate(study))).blocks


def test_figures_show_what_they_are_given(result):
    frame = material(result).table("imputation")
    axes = plot_imputed(frame, arms={"treat": "Treated"})
    assert axes.get_yticklabels()[0].get_text() == "Cost"
    shifts = plot_imputed_shifts(SHIFTS, currency="GBP", unit="QALY")
    assert shifts.get_xlim() == pytest.approx((-2000, 2000))


def test_with_few_lost_no_mean_is_shown_and_nothing_breaks(tmp_path):
    rng = np.random.default_rng(5)
    lines = ["id,arm,cost,qaly"]
    for number in range(40):
        cost = "" if number in (3, 8) else f"{rng.gamma(2, 700):.2f}"
        lines.append(f"P{number:03d},{number % 2},{cost},{rng.normal(0.6, 0.1):.3f}")
    (tmp_path / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "study.yaml").write_text(
        """
currency: GBP
horizon: 12 months
arms: {control: {code: 0}, treat: {code: 1}}
reference: control
data: {participants: {file: people.csv, id: id, arm: arm}}
costs: {column: cost}
effects: {qaly: {column: qaly}}
missing: {method: impute}
uncertainty: {replicates: 100}
""",
        encoding="utf-8",
    )
    section = imputation_section(material(evaluate(read_study(tmp_path / "study.yaml"))))
    (beside, _) = tables_of([section])
    (row,) = beside.rows
    assert {row[1], row[4]} <= {"<5", "*"}
    assert {row[3], row[6]} == {"–"}
    said = [block.text for block in section.blocks if isinstance(block, Paragraph)]
    assert "imputed effects" not in said[-1]
    assert [block.name for block in section.blocks if isinstance(block, Picture)] == [
        "imputed_shifts"
    ]
