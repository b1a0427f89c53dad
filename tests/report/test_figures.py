"""The plane and the acceptability curve: what they show, literally, in the same bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.incremental import quadrants
from cpi_econ.errors import EstimationError
from cpi_econ.report.figures import plot_ceac, plot_plane, write_figure
from cpi_econ.report.plane_geometry import Cloud, clouds_of, ellipse, limits, line_exit
from cpi_econ.report.style import ARM_COLOURS, columns_wide, one_line, wrapped

HOSTILE = "Ärzte $x^2$ <b>\"quoted\"</b> & 'it' 😀 שלום مرحبا \\alpha {} % # _" + " very long" * 14


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts] + [axes.get_xlabel(), axes.get_ylabel()]


def svg_text(path) -> str:
    tags = ET.parse(path).getroot().iter("{http://www.w3.org/2000/svg}text")
    return "\n".join("".join(tag.itertext()) for tag in tags)


def test_plane_is_labelled_with_units_and_direction(replicates):
    axes = plot_plane(replicates)
    assert axes.get_ylabel() == "Incremental cost (£)"
    assert axes.get_xlabel() == "Incremental effect (QALYs)\nHigh fidelity minus Lower fidelity"
    assert {"95% ellipse", "estimate"} < set(texts(axes))
    assert any(re.fullmatch(r"£20,000\s+per QALY", text) for text in texts(axes))


def test_plane_prints_the_quadrant_shares(replicates):
    shown = texts(plot_plane(replicates))
    for name, share in quadrants(replicates).sel(arm="high").to_series().items():
        assert f"{name}  {100 * share:.1f}%" in shown


def test_plane_shows_every_replicate_the_estimate_and_zero(make_draws):
    for inc_cost in (-9000.0, 0.0, 9000.0):
        draws = make_draws(inc_cost=inc_cost)
        axes = plot_plane(draws)
        cloud = next(line for line in axes.lines if line.get_gid() == "cloud")
        point = next(line for line in axes.lines if line.get_gid() == "estimate")
        expected = draws.cost.sel(arm="high") - draws.cost.sel(arm="low")
        assert cloud.get_ydata() == pytest.approx(expected.to_numpy())
        assert float(point.get_ydata()[0]) == pytest.approx(inc_cost)
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        assert left < min(0, cloud.get_xdata().min())
        assert right > max(0, cloud.get_xdata().max())
        assert low < min(0, expected.min())
        assert high > max(0, expected.max())


@pytest.mark.parametrize("wtp", [1.0, 20_000.0, 66_000.0, 1e6])
def test_threshold_line_has_its_slope_and_leaves_the_corners_free(replicates, wtp):
    (left, right), (low, high) = limits(clouds_of(replicates), wtp)
    for effect, cost in ((left, low), (right, high)):
        x, y = line_exit(effect, cost, wtp)
        assert y == pytest.approx(wtp * x)
        assert x == pytest.approx(effect) or y == pytest.approx(cost)
        far_x = abs(effect - x) > 0.29 * (right - left)
        far_y = abs(cost - y) > 0.16 * (high - low)
        assert far_x or far_y


def test_swapped_arms_mirror_the_plane(replicates):
    swapped = replicates.assign_attrs(reference="high")
    here, there = clouds_of(replicates)[0], clouds_of(swapped)[0]
    assert there.cost == pytest.approx(-here.cost)
    assert there.effect_hat == pytest.approx(-here.effect_hat)


def test_ellipse_holds_its_share_of_a_normal_cloud():
    rng = np.random.default_rng(1)
    cost, effect = rng.multivariate_normal([-1e3, 0.01], [[4e5, -4], [-4, 4e-4]], 20_000).T
    cloud = Cloud("a", "A", effect, cost, 0.01, -1e3, ARM_COLOURS[0])
    outline = matplotlib.path.Path(ellipse(cloud, 0.95))
    inside = outline.contains_points(np.column_stack([effect, cost])).mean()
    assert inside == pytest.approx(0.95, abs=0.006)


def test_plane_of_replicates_that_do_not_vary_is_still_drawn(make_draws, tmp_path):
    draws = make_draws()
    still = draws.assign(cost=draws.cost * 0, effect=draws.effect * 0)
    still = still.assign(cost_hat=draws.cost_hat * 0, effect_hat=draws.effect_hat * 0)
    assert write_figure(plot_plane(still), tmp_path / "plane")[0].stat().st_size > 1000


def test_several_arms_are_named_in_their_colours(make_draws):
    axes = plot_plane(make_draws(n_arms=3))
    named = {text.get_text(): text.get_color() for text in axes.texts}
    assert named["High fidelity"] == ARM_COLOURS[0]
    assert named["Middle fidelity"] == ARM_COLOURS[1]
    alone = plot_plane(make_draws(n_arms=3), arm="mid")
    assert "Middle fidelity minus Lower fidelity" in alone.get_xlabel()


def test_ceac_draws_the_curves_and_marks_the_reported_thresholds(replicates):
    axes = plot_ceac(replicates, report=(20_000, 30_000, 1e9))
    curve = ceac(replicates, np.arange(0, 50_001, 500))
    drawn = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 101]
    for arm in ("low", "high"):
        assert any(np.allclose(line, curve.sel(arm=arm)) for line in drawn)
    at_20_000 = float(curve.sel(wtp=20_000, arm="high"))
    assert {"£20,000", "£30,000", f"{at_20_000:.2f}"} < set(texts(axes))
    assert axes.get_ylim() == (0, 1)
    assert axes.get_xlabel() == "Willingness to pay (£ per QALY)"
    assert axes.get_legend() is None


def test_ceac_names_each_arm_once_beside_its_curve(make_draws):
    shown = texts(plot_ceac(make_draws(n_arms=3)))
    for name in ("Lower fidelity", "High fidelity", "Middle fidelity"):
        assert sum(text.replace("\n", " ") == name for text in shown) == 1


def test_names_of_curves_that_end_together_do_not_overlap(make_draws):
    draws = make_draws(n_arms=3, inc_cost=0.0, se_cost=5.0)
    heights = sorted(note.xy[1] for note in plot_ceac(draws).texts if note.xy[0] == 1)
    assert min(np.diff(heights)) > 0.08
    assert 0 <= heights[0] <= heights[-1] <= 1


def test_ticks_carry_thousands_separators(replicates, tmp_path):
    write_figure(plot_ceac(replicates), tmp_path / "ceac", formats=["svg"])
    assert "50,000" in svg_text(tmp_path / "ceac.svg")


@pytest.mark.parametrize("plot", [plot_plane, plot_ceac])
def test_labels_of_users_stay_literal(plot, make_draws, tmp_path):
    draws = make_draws(labels={"low": "Lower $a$", "high": HOSTILE}, currency="USD",
                       effect_unit="point $y_1$")  # fmt: skip
    axes = plot(draws)
    write_figure(axes, tmp_path / "figure")
    text = svg_text(tmp_path / "figure.svg")
    assert "$a$" in text
    assert "$x^2$" in text
    assert "point $y_1$" in text
    assert "😀" in text or plot is plot_ceac
    figure = axes.figure
    box = figure.get_tightbbox(figure.canvas.get_renderer())
    assert box.width <= figure.get_figwidth() * 1.02
    assert axes.get_position().width > 0.4


@pytest.mark.parametrize("plot", [plot_plane, plot_ceac])
def test_same_replicates_give_the_same_bytes(plot, replicates, tmp_path):
    for name in ("one", "two"):
        write_figure(plot(replicates), tmp_path / name, formats=["svg", "png", "pdf"])
    for suffix in ("svg", "png", "pdf"):
        first, second = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("one", "two"))
        assert first == second


def test_text_is_kept_as_text_and_points_as_one_picture(replicates, tmp_path):
    write_figure(plot_plane(replicates), tmp_path / "plane", formats=["svg"])
    text = (tmp_path / "plane.svg").read_text(encoding="utf-8")
    assert "Incremental cost (£)" in svg_text(tmp_path / "plane.svg")
    assert text.count("<image") == 1
    assert "<dc:date>" not in text


@pytest.mark.parametrize("width", [85, 170])
def test_journal_widths_and_resolution(replicates, width, tmp_path):
    (file,) = write_figure(plot_ceac(replicates, width=width), tmp_path / "v1.0", formats=["png"])
    assert file.name == "v1.0.png"
    with Image.open(file) as picture:
        assert picture.size[0] == pytest.approx(width / 25.4 * 300, abs=1)
        assert picture.info["dpi"][0] == pytest.approx(300, abs=1)


def test_global_settings_are_left_alone_and_given_axes_used(replicates):
    before = dict(matplotlib.rcParams)
    axes = Figure(figsize=(4, 3)).add_subplot()
    assert plot_plane(replicates, ax=axes) is axes
    assert plot_ceac(replicates, ax=axes) is axes
    assert dict(matplotlib.rcParams) == before


def test_what_is_not_replicates_is_refused(replicates):
    with pytest.raises(EstimationError, match="E080"):
        plot_plane(replicates.drop_vars("cost_hat"))
    with pytest.raises(EstimationError, match="E086"):
        plot_plane(replicates, arm="hihg")


def test_text_is_measured_in_cells():
    assert columns_wide("효과 a") == 6
    assert one_line("a" * 300, most=20) == "a" * 19 + "…"
    rows = wrapped("word " * 60, width=12, lines=2).split("\n")
    assert len(rows) == 2
    assert all(columns_wide(row) <= 12 for row in rows)
