from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.change import change_table, profile_grid
from cpi_econ.effects.describe import level_table, value_table
from cpi_econ.effects.instruments import INSTRUMENTS
from cpi_econ.effects.profiles import profiles
from cpi_econ.report import profile_figures as figures
from cpi_econ.report.figures import write_figure
from cpi_econ.report.level_figures import plot_levels

EQ5D = INSTRUMENTS["EQ-5D-5L"]


def made(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    people = [f"p{k:03}" for k in range(n)]
    rows = [
        (person, time, item, float(min(5, 1 + rng.poisson(0.8))))
        for person in people
        for time in ("baseline", "month_9")
        for item in EQ5D.dimensions
    ]
    answers = pd.DataFrame(rows, columns=["participant", "time", "item", "level"])
    arms = pd.DataFrame({"participant": people, "arm": ["low", "high"] * (n // 2)})
    return profiles(answers, arms, EQ5D)


SEEN = made()
LABELS = {"low": "Lower fidelity", "high": "High $x^2$ fidelity"}


def names(axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def test_levels_fill_each_bar() -> None:
    axes = plot_levels(level_table(SEEN, EQ5D), labels=LABELS)
    assert len(names(axes)) == 5 + 5 * 2 * 2
    assert names(axes)[:2] == ["Mobility", "High $x^2$ fidelity, baseline"]
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert max(ends) == pytest.approx(100)
    assert axes.get_legend().get_texts()[0].get_text() == "level 1 (best)"


def test_a_masked_level_leaves_its_gap() -> None:
    table = pd.DataFrame(
        {
            "dimension": "mobility",
            "arm": "low",
            "time": "baseline",
            "level": [1, 2, 3, 4],
            "percent": [40.0, np.nan, 30.0, np.nan],
        }
    )
    drawn = [
        (bar.get_x(), bar.get_width(), bool(bar.get_hatch())) for bar in plot_levels(table).patches
    ]
    assert drawn == [(0, 40, False), (40, 15, True), (55, 30, False), (85, 15, True)]
    nobody = table.assign(percent=np.nan, answered=0)
    assert all(bar.get_width() == 0 for bar in plot_levels(nobody).patches)


def test_change_fills_each_bar() -> None:
    axes = figures.plot_change(change_table(SEEN, "baseline", "month_9", EQ5D), labels=LABELS)
    assert max(bar.get_x() + bar.get_width() for bar in axes.patches) == pytest.approx(100)


def test_grid_has_a_point_a_person() -> None:
    grid = profile_grid(SEEN, "baseline", "month_9", value_set("eq5d5l_gb_2026"))
    axes = figures.plot_profile_grid(grid, n_states=3125)
    assert sum(len(points.get_offsets()) for points in axes.collections) == len(grid) == 60
    assert figures.plot_profile_grid(grid.head(0)).get_xlabel()


def test_density_curves_are_named_with_their_index() -> None:
    axes = figures.plot_density_curve(SEEN, labels=LABELS)
    legend = axes.get_legend()
    assert len(legend.get_texts()) == 4
    assert all("index 0." in text.get_text() for text in legend.get_texts())


def test_means_and_norms() -> None:
    utilities = SEEN[["participant", "time"]].assign(
        utility=value_set("eq5d5l_gb_2026").score(SEEN), time=SEEN["time"].astype(str)
    )
    people = SEEN[["participant", "arm"]].drop_duplicates().assign(age=50, sex="female")
    table = value_table(utilities, people, norm="gb_ara_brazier_2010")
    axes = figures.plot_values(table, labels=LABELS)
    assert "population norm" in axes.get_ylabel()
    assert [t.get_text() for t in axes.get_xticklabels()] == ["baseline", "month 9"]


def test_files_are_the_same_each_time(tmp_path) -> None:
    table = change_table(SEEN, "baseline", "month_9", EQ5D)
    first = write_figure(figures.plot_change(table), tmp_path / "one")
    second = write_figure(figures.plot_change(table), tmp_path / "two")
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
