"""Every figure as a picture, compared with the one that was looked at when it was drawn.

``python tests/report/test_pictures.py`` draws the committed pictures anew; look at them before
committing. Inputs are made here, so that a change of the example does not change a picture.
"""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from PIL import Image

import cpi_econ as ce
from cpi_econ.effects.catalogue import value_set
from cpi_econ.effects.change import change_table, profile_grid
from cpi_econ.effects.describe import level_table
from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
from cpi_econ.report.style import house_style

PICTURES = Path(__file__).parent / "pictures"
TOLERANCE = 6.0
ARMS = {"low": "Lower fidelity", "high": "Higher fidelity"}
LABELS = {"low": "Low fidelity", "high": "High fidelity", "mid": "Mid fidelity"}
HOSTILE = {
    "script": '<script>$x^2$</script> & "both"',
    "right to left": "رعاية عالية \u202eabc",
    "emoji": "👩‍⚕️🧪 care",
    "long": "Fidelity " * 22 + "Wordwithoutanyspace" * 6,
}


def replicates(n_arms=2):
    rng = np.random.default_rng(8)
    arms = ["low", "high", "mid"][:n_arms]
    step = np.arange(n_arms)
    cost, gain = 4300 - 800.0 * step, 0.45 + 0.012 * step
    shape = (500, n_arms)
    return xr.Dataset(
        {
            "cost": (("replicate", "arm"), cost + rng.normal(0, 500, shape)),
            "effect": (("replicate", "arm"), gain + rng.normal(0, 0.02, shape)),
            "cost_hat": ("arm", cost),
            "effect_hat": ("arm", gain),
        },
        coords={"arm": arms, "arm_label": ("arm", [LABELS[arm] for arm in arms])},
        attrs={"reference": "low", "currency": "GBP", "effect_unit": "QALY", "df": 14.0},
    )


def profiles():
    rng = np.random.default_rng(9)
    rows = [
        [f"p{at}", "low" if at % 2 else "high", time, *rng.integers(1, 6 - late, 5)]
        for at in range(60)
        for late, time in enumerate(("baseline", "month_9"))
    ]
    table = pd.DataFrame(rows, columns=["participant", "arm", "time", *EQ5D_DIMENSIONS])
    table["state"] = table[list(EQ5D_DIMENSIONS)].astype(str).agg("".join, axis=1)
    return table


def power():
    sizes = [100, 200, 400, 800]
    values = [[0.22, 0.31], [0.41, 0.55], [0.68, 0.83], [0.93, 0.98]]
    return xr.DataArray(
        values,
        dims=("study", "wtp"),
        coords={
            "study": [f"{size} people" for size in sizes],
            "wtp": [20_000.0, 30_000.0],
            "participants": ("study", sizes),
            "clusters": ("study", [10, 20, 40, 80]),
        },
    )


def parameters():
    worth, error = [[180.0, 95.0, 20.0]], [[12.0, 9.0, 4.0]]
    return xr.Dataset(
        {"evppi": (("wtp", "parameter"), worth), "se": (("wtp", "parameter"), error)},
        coords={"wtp": [20_000.0], "parameter": ["costs", "QALYs", "delivery cost"]},
    )


def shifts():
    gain, extra = np.linspace(-0.05, 0.05, 5), np.linspace(-500, 500, 5)
    return xr.DataArray(
        20_000 * gain[:, None] - extra[None, :],
        coords={"shift of QALYs": gain, "shift of cost": extra},
        dims=("shift of QALYs", "shift of cost"),
    )


def levels_of_exposure():
    return pd.DataFrame(
        {
            "level": [40.0, 50, 60, 70],
            "estimate": [0.0, 300, 520, 640],
            "lower": [0.0, -150, -300, -600],
            "upper": [0.0, 750, 1340, 1880],
        }
    )


def masked_levels():
    table = level_table(profiles(), EQ5D)
    return table.assign(percent=table["percent"].mask(table["n"].between(1, 5)))


def tornado():
    return pd.DataFrame(
        {
            "input": ["nurse_band6_hour", "horizon", "gp_surgery"],
            "base": [1200.0] * 3,
            "low": [700.0, 900.0, 1150.0],
            "high": [1900.0, 1400.0, 1260.0],
        }
    )


def forest():
    return pd.DataFrame(
        {
            "scenario": ["base case", "societal perspective", "complete cases"],
            "arm": "high",
            "inmb": [1200.0, 1800.0, 700.0],
            "lower": [-200.0, 300.0, -900.0],
            "upper": [2600.0, 3300.0, 2300.0],
        }
    )


def balance():
    return pd.DataFrame(
        {
            "arm": "high",
            "covariate": ["age", "baseline_utility", "sex: male"],
            "difference_before": [0.42, -0.18, 0.07],
            "difference_after": [0.05, -0.02, 0.01],
        }
    )


def overlap():
    share = {"low": [10.0, 40, 30, 15, 5], "high": [0.0, 15, 30, 35, 20]}
    rows = [(arm, at / 5, value) for arm, row in share.items() for at, value in enumerate(row)]
    return pd.DataFrame(rows, columns=["arm", "from", "percent"])


def known():
    rows = [
        (what, time, arm, value)
        for what, time, pair in (("cost", "", (70, 64)), ("QALYs", "month_9", (69, 68)))
        for arm, value in zip(ARMS, pair, strict=True)
    ]
    return pd.DataFrame(rows, columns=["quantity", "time", "arm", "percent"])


def services():
    return pd.DataFrame(
        {
            "arm": ["low", "low", "high", "high"],
            "item": ["gp", "nurse", "gp", "nurse"],
            "pct_users": [60.0, 22.0, 71.0, 18.0],
            "mean_cost": [88.0, 240.0, 95.0, 180.0],
        }
    )


def values():
    return pd.DataFrame(
        {
            "arm": ["low", "low", "high", "high"],
            "time": ["baseline", "month_9"] * 2,
            "mean": [0.64, 0.67, 0.67, 0.72],
            "lower": [0.58, 0.60, 0.58, 0.60],
            "upper": [0.70, 0.75, 0.77, 0.83],
        }
    )


def imputed():
    return pd.DataFrame(
        {
            "variable": ["cost of services"] * 2 + ["utility at month_9"] * 2,
            "arm": ["low", "high"] * 2,
            "observed_mean": [3890.0, 2550.0, 0.67, 0.72],
            "observed_sd": [4260.0, 1940.0, 0.34, 0.31],
            "imputed_mean": [4090.0, 2720.0, 0.65, 0.58],
            "between": [760.0, 600.0, 0.04, 0.09],
        }
    )


SHIFTED = {
    "inmb": 1250.0,
    "per_cost": -0.34,
    "per_effect": 7908.0,
    "sd_cost": 1939.0,
    "sd_effect": 0.19,
}
EQ5D = instrument("EQ-5D-5L")
GRID = np.arange(0, 50_001, 1_000.0)
DRAWN = {
    "plane": lambda: ce.plot_plane(replicates()),
    "plane_three_arms": lambda: ce.plot_plane(replicates(3)),
    "ceac": lambda: ce.plot_ceac(replicates(3), GRID),
    "ceaf": lambda: ce.plot_ceaf(replicates(3), GRID),
    "frontier": lambda: ce.plot_frontier(replicates(3)),
    "inmb": lambda: ce.plot_inmb(replicates(), GRID),
    "subgroup_ceac": lambda: ce.plot_subgroup_ceac(
        {"younger": GRID / 60_000, "older": 0.7 - GRID / 125_000}, GRID, currency="GBP"
    ),
    "evpi": lambda: ce.plot_evpi(replicates(), GRID),
    "expected_loss": lambda: ce.plot_expected_loss(replicates(3), GRID),
    "evppi": lambda: ce.plot_evppi(parameters(), currency="GBP"),
    "enbs": lambda: ce.plot_enbs(150_000 * power() - 60_000, currency="GBP"),
    "power": lambda: ce.plot_power(power(), currency="GBP"),
    "power_over_wtp": lambda: ce.plot_power(power(), size="wtp", currency="GBP"),
    "tipping": lambda: ce.plot_tipping(shifts(), currency="GBP"),
    "one_threshold": lambda: ce.plot_ceac(replicates(), [20_000]),
    "net_benefit_of_one_threshold": lambda: ce.plot_inmb(replicates(3), [20_000]),
    "forest": lambda: ce.plot_forest(forest(), currency="GBP"),
    "tornado": lambda: ce.plot_tornado(tornado(), currency="GBP"),
    "balance": lambda: ce.plot_balance(balance(), arms=ARMS),
    "overlap": lambda: ce.plot_overlap(overlap(), arms=ARMS),
    "missingness": lambda: ce.plot_missingness(known(), arms=ARMS),
    "imputed": lambda: ce.plot_imputed(imputed(), arms=ARMS),
    "imputed_shifts": lambda: ce.plot_imputed_shifts(SHIFTED, currency="GBP", unit="QALY"),
    "service_use": lambda: ce.plot_service_use(services(), "mean_cost", arms=ARMS, currency="GBP"),
    "levels": lambda: ce.plot_levels(level_table(profiles(), EQ5D), labels=ARMS),
    "levels_masked": lambda: ce.plot_levels(masked_levels(), labels=ARMS),
    "dose_response": lambda: ce.plot_dose_response(levels_of_exposure(), exposure="Fidelity"),
    "change": lambda: ce.plot_change(
        change_table(profiles(), "baseline", "month_9", EQ5D), labels=ARMS
    ),
    "profile_grid": lambda: ce.plot_profile_grid(
        profile_grid(profiles(), "baseline", "month_9", value_set("eq5d5l_gb_2026"))
    ),
    "density": lambda: ce.plot_density_curve(profiles(), labels=ARMS),
    "values": lambda: ce.plot_values(values(), labels=ARMS),
}


def picture(name):
    buffer = io.BytesIO()
    with house_style():
        figure = DRAWN[name]().get_figure(root=True)
        figure.savefig(buffer, format="png", dpi=70, facecolor="white", metadata={"Software": None})
    return buffer


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_looks_as_it_did_when_it_was_looked_at(name):
    now = np.asarray(Image.open(picture(name)).convert("RGB"), dtype=float)
    then = np.asarray(Image.open(PICTURES / f"{name}.png").convert("RGB"), dtype=float)
    assert now.shape == then.shape
    difference = float(np.sqrt(np.mean((now - then) ** 2)))
    assert difference < TOLERANCE, f"{name} differs by {difference:.1f} of 255 (root mean square)"


def test_every_figure_has_a_picture():
    public = {name.removeprefix("plot_") for name in ce.__all__ if name.startswith("plot_")}
    named = {"density_curve": "density"}
    assert {named.get(name, name) for name in public} <= set(DRAWN)


def test_every_figure_says_what_it_takes_and_gives():
    for name in filter(lambda one: one.startswith("plot_"), ce.__all__):
        told = getattr(ce, name).__doc__
        assert all(part in told for part in ("Parameters\n", "Returns\n", "Examples\n")), name


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", DRAWN)
def test_a_label_stays_words_within_its_figure(name, kind, monkeypatch):
    for labels in (ARMS, LABELS):
        for at, arm in enumerate(labels):
            monkeypatch.setitem(labels, arm, f"{HOSTILE[kind]} {at}")
    buffer = io.BytesIO()
    with house_style():
        figure = DRAWN[name]().get_figure(root=True)
        figure.savefig(buffer, format="svg", metadata={"Date": None})
        drawn = figure.get_tightbbox(figure.canvas.get_renderer())
    text = buffer.getvalue().decode("utf-8")
    ElementTree.fromstring(text)
    assert "<script" not in text
    assert drawn.width <= figure.get_figwidth() * 1.02
    assert min(axes.get_position().width for axes in figure.axes[:1]) > 0.25


def test_the_comparison_sees_a_moved_curve():
    one = np.asarray(Image.open(PICTURES / "inmb.png").convert("RGB"), dtype=float)
    buffer = io.BytesIO()
    with house_style():
        moved = replicates().assign(cost_hat=("arm", [4300.0, 2500.0]))
        figure = ce.plot_inmb(moved, GRID).get_figure(root=True)
        figure.savefig(buffer, format="png", dpi=70, facecolor="white")
    other = np.asarray(Image.open(buffer).convert("RGB"), dtype=float)
    assert one.shape != other.shape or np.sqrt(np.mean((one - other) ** 2)) > TOLERANCE


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for one in DRAWN:
        (PICTURES / f"{one}.png").write_bytes(picture(one).getvalue())
