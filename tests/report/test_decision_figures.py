"""Figures of decisions, information and sensitivity: what is drawn is what was computed."""

import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.acceptability import ceac, ceaf
from cpi_econ.decision.frontier import frontier
from cpi_econ.decision.information import evpi
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.next_study import NextStudy, Variation
from cpi_econ.decision.partial_information import evppi
from cpi_econ.decision.power import power
from cpi_econ.decision.replicates import replicates
from cpi_econ.decision.research import StudyCost, enbs
from cpi_econ.decision.sample_information import evsi
from cpi_econ.decision.sensitivity import tornado, two_way
from cpi_econ.report.decision_figures import plot_ceaf, plot_frontier, plot_inmb
from cpi_econ.report.figures import write_figure
from cpi_econ.report.information_figures import plot_evpi, plot_evppi, plot_expected_loss
from cpi_econ.report.next_study_figures import plot_enbs, plot_power
from cpi_econ.report.sensitivity_figures import plot_forest, plot_tipping, plot_tornado

WTP = np.linspace(0, 50_000, 26)
PEOPLE = Variation(cost_sd=2000.0, effect_sd=0.2)


@pytest.fixture
def arms():
    rng = np.random.default_rng(3)
    made = replicates(
        rng.normal([1000, 1400, 1900], 300, (400, 3)),
        rng.normal([0.50, 0.53, 0.56], 0.03, (400, 3)),
        arms=["usual", "brief", "full"],
        reference="usual",
        currency="GBP",
        effect_unit="QALY",
    )
    return made.assign_coords(arm_label=("arm", ["Usual care", "Brief", "Full $x_1$ programme"]))


@pytest.fixture
def pair(arms):
    return arms.sel(arm=["usual", "full"])


@pytest.fixture
def studies():
    return [NextStudy(participants={"usual": n, "full": n}) for n in (50, 100, 400)]


def words(axes):
    return [text.get_text() for text in axes.texts]


def test_frontier_names_every_arm_and_prints_the_ratios(arms):
    axes = plot_frontier(arms)
    shown = words(axes)
    assert {"Usual care", "Brief"} <= set(shown)
    for ratio in frontier(arms)["icer"].dropna():
        assert f"£{ratio:,.0f}" in shown
    assert axes.get_ylabel() == "Mean cost (£)"
    line = axes.lines[0].get_xydata()
    kept = frontier(arms).query("status == 'frontier'")
    np.testing.assert_allclose(line, kept[["effect", "cost"]])


def test_acceptability_frontier_lies_on_the_curve_of_its_arm(arms):
    axes = plot_ceaf(arms, WTP)
    best, curve = ceaf(arms, WTP), ceac(arms, WTP)
    thin = [line for line in axes.lines if line.get_linewidth() < 2]
    for line, arm in zip(thin, curve["arm"].values, strict=True):
        np.testing.assert_allclose(line.get_ydata(), curve.sel(arm=arm))
    thick = [line for line in axes.lines if line.get_linewidth() > 2 and len(line.get_xdata())]
    drawn = np.nansum([line.get_ydata() for line in thick], axis=0)
    np.testing.assert_allclose(drawn, best["probability"])


def test_net_benefit_has_its_band_and_its_level(pair):
    axes = plot_inmb(pair, WTP, level=0.9)
    table = inmb_intervals(pair, WTP, level=0.9).isel(arm=0)
    np.testing.assert_allclose(axes.lines[-1].get_ydata(), table["estimate"])
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert band.min() == pytest.approx(float(table["lower"].min()))
    assert "90% interval" in axes.get_legend().get_texts()[0].get_text()


def test_evpi_for_a_person_and_a_population(arms):
    one, all_ = plot_evpi(arms, WTP), plot_evpi(arms, WTP, people=1000.0)
    np.testing.assert_allclose(one.lines[0].get_ydata(), evpi(arms, WTP))
    np.testing.assert_allclose(all_.lines[0].get_ydata(), 1000 * evpi(arms, WTP))
    assert all_.get_ylabel() == "EVPI of the population (£)"


def test_losses_and_their_lower_edge(arms):
    axes = plot_expected_loss(arms, WTP)
    np.testing.assert_allclose(axes.lines[-1].get_ydata(), evpi(arms, WTP))


def test_bars_of_parameters_are_sorted(arms):
    parameters = {"cost": arms["cost"].values[:, 2], "effect": arms["effect"].values[:, 2]}
    found = evppi(arms, parameters, [20_000.0], draws=10)
    axes = plot_evppi(found, currency="GBP")
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == sorted(widths, reverse=True)
    np.testing.assert_allclose(sorted(widths), np.sort(found["evppi"].values[0]))
    assert "£20,000" in axes.get_xlabel()


def test_sizes_of_the_next_study(pair, studies):
    value = evsi(pair, studies, PEOPLE, [20_000.0, 30_000.0])
    worth = enbs(value, studies, StudyCost(fixed=5e4, per_participant=300.0), size=1000, years=5)
    axes = plot_enbs(worth, currency="GBP")
    np.testing.assert_allclose(axes.lines[1].get_ydata(), worth[:, 0])
    np.testing.assert_allclose(axes.lines[1].get_xdata(), [100, 200, 800])
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    assert [mark.get_ydata()[0] for mark in marks] == worth.max("study").values.tolist()


def test_power_over_sizes_and_over_thresholds(studies):
    found = power((400.0, 0.05), PEOPLE, studies, WTP, reference="usual")
    axes = plot_power(found.isel(wtp=[10, 15]))
    np.testing.assert_allclose(axes.lines[1].get_ydata(), found[:, 10])
    over = plot_power(found, size="wtp", currency="GBP")
    np.testing.assert_allclose(over.lines[3].get_ydata(), found[2])
    assert over.get_ylim() == (0, 1)


def test_tornado_bars_run_from_the_base_to_the_ends():
    cases = {"gp": ((90.0, 0.01), (110.0, 0.01)), "bed": ((50.0, 0.01), (290.0, 0.01))}
    table = tornado((100.0, 0.01), cases, 20_000.0)
    axes = plot_tornado(table, currency="GBP")
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert ends[:2] == pytest.approx(table["low"].tolist())
    assert [label.get_text() for label in axes.get_yticklabels()] == ["bed", "gp"]


def test_forest_draws_every_row():
    table = pd.DataFrame(
        {"scenario": ["base", "other"], "inmb": [1.0, 2.0], "lower": [-1, 0], "upper": [3.0, 4.0]}
    )
    axes = plot_forest(table, currency="GBP", level=0.9)
    np.testing.assert_allclose(axes.lines[-1].get_xdata(), [1, 2])
    assert "90% interval" in axes.get_xlabel()
    several = pd.concat([table.assign(arm="x"), table.assign(arm="y")])
    shown = [label.get_text() for label in plot_forest(several).get_yticklabels()]
    assert shown == ["base, x", "other, x", "base, y", "other, y"]


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_contour_with_and_without_a_tipping_line(shift):
    grid = two_way(lambda x, y: shift + x - y, [-1.0, 0, 1], [-1.0, 0, 1], names=("a", "b"))
    axes = plot_tipping(grid, currency="GBP")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a", "b")


def test_the_same_figure_has_the_same_bytes(arms, tmp_path):
    for name in ("one", "two"):
        write_figure(plot_ceaf(arms, WTP), tmp_path / name, formats=["svg", "png"])
    for ending in ("svg", "png"):
        first, second = (tmp_path / f"{name}.{ending}" for name in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()


def test_labels_are_never_read_as_mathematics(arms, tmp_path):
    (file,) = write_figure(plot_frontier(arms), tmp_path / "f", formats=["svg"])
    assert "Full $x_1$ programme" in file.read_text("utf-8")
