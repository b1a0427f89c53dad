"""What ``voi`` and ``design`` write for a paper: tables as csv, and figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import WTP
from cpi_econ.report.figures import Format, write_figure
from cpi_econ.report.information_figures import plot_evpi, plot_evppi, plot_expected_loss
from cpi_econ.report.next_study_figures import plot_enbs, plot_power
from cpi_econ.result.files import staged
from cpi_econ.result.tables import write_tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Answer = Mapping[str, Any]
_FORMATS: tuple[Format, ...] = ("svg", "png", "pdf")


def write_information(answer: Answer, replicates: xr.Dataset, folder: Path) -> list[Path]:
    """Write ``voi.csv``, ``evppi.csv`` and the figures of a value of information.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.information.information``.
    replicates : Dataset
        Behind it.
    folder : Path
        Made when absent.

    Returns
    -------
    list of Path
    """
    grid = np.linspace(0.0, max(2.0 * max(answer["wtp"]), 1.0), 101)
    figures = {
        "evpi": plot_evpi(replicates, grid),
        "expected_loss": plot_expected_loss(replicates, grid),
    }
    tables = {"voi": perfect_table(answer)}
    if answer["evppi"]:
        tables["evppi"] = partial_table(answer)
        bars = plot_evppi(evppi_array(answer), currency=answer["currency"])
        figures["evppi"] = bars
    return _written(tables, figures, folder)


def write_next_study(answer: Answer, folder: Path) -> list[Path]:
    """Write ``next_study.csv``, ``power.csv`` and the figures of the next study.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.next_study.next_study``.
    folder : Path
        Made when absent.

    Returns
    -------
    list of Path
    """
    size, currency = size_of(answer), answer["currency"]
    curve = pd.DataFrame(answer["power_curve"]["power"])
    curve.insert(0, WTP, answer["power_curve"][WTP])
    figures = {
        "enbs": plot_enbs(study_array(answer, "enbs"), size=size, currency=currency),
        "power": plot_power(
            study_array(answer, "power"),
            size=size,
            wanted=answer["power_wanted"],
            currency=currency,
        ),
        "power_by_wtp": plot_power(
            power_by_wtp(answer), size=WTP, wanted=answer["power_wanted"], currency=currency
        ),
    }
    tables = {
        "next_study": study_table(answer),
        "power_by_wtp": curve.melt(WTP, var_name="study", value_name="power"),
    }
    return _written(tables, figures, folder)


def _written(
    tables: Mapping[str, pd.DataFrame], figures: Mapping[str, Axes], folder: Path
) -> list[Path]:
    with staged(folder) as stage:
        write_tables(tables, stage)
        for name, axes in figures.items():
            write_figure(axes, stage / name, _FORMATS)
        names = sorted(path.name for path in stage.iterdir())
    return [folder / name for name in names]


def perfect_table(answer: Answer) -> pd.DataFrame:
    """EVPI and expected losses, one row a threshold.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.information.information``.
    """
    losses = {f"expected_loss_{arm}": loss for arm, loss in answer["expected_loss"].items()}
    population = answer["evpi"]["population"]
    whole = {} if population is None else {"evpi_population": population}
    each = {"evpi_per_person": answer["evpi"]["per_person"]}
    return pd.DataFrame({WTP: answer["wtp"], "best": answer["best"], **losses, **each, **whole})


def partial_table(answer: Answer) -> pd.DataFrame:
    """EVPPI with its standard error, one row a parameter and threshold.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.information.information``.
    """
    people = answer["evpi"].get("people")
    rows = [
        (row["name"], wtp, value, se, None if people is None else value * people)
        for row in answer["evppi"]
        for wtp, value, se in zip(answer["wtp"], row["value"], row["se"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["parameter", WTP, "evppi", "se", "evppi_population"])


def evppi_array(answer: Answer) -> xr.Dataset:
    """EVPPI as `plot_evppi` takes it.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.information.information``.
    """
    rows = answer["evppi"]
    parts = {
        "evppi": ((WTP, "parameter"), np.array([row["value"] for row in rows]).T),
        "se": ((WTP, "parameter"), np.array([row["se"] for row in rows]).T),
    }
    return xr.Dataset(parts, {WTP: answer["wtp"], "parameter": [row["name"] for row in rows]})


def study_table(answer: Answer) -> pd.DataFrame:
    """Studies that were compared, one row a threshold and study.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.next_study.next_study``.
    """
    rows = [
        {
            WTP: row[WTP],
            **{name: value for name, value in study.items() if name != "powers"},
            **(
                {f"power_{arm}": value for arm, value in study["powers"].items()}
                if len(study["powers"]) > 1
                else {}
            ),
            "best": at == row["best"]["number"],
        }
        for row in answer["thresholds"]
        for at, study in enumerate(row["studies"])
    ]
    return pd.DataFrame(rows)


def size_of(answer: Answer) -> str:
    """What sizes of studies are counted in: ``clusters``, or ``participants`` without them.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.next_study.next_study``.
    """
    clustered = answer["thresholds"][0]["studies"][0]["clusters"] is not None
    return "clusters" if clustered else "participants"


def study_array(answer: Answer, quantity: str) -> xr.DataArray:
    """One quantity of the studies on ``(study, wtp)``, as the figures take it.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.next_study.next_study``.
    quantity : str
        ``evsi``, ``enbs``, ``power`` or ``change``.
    """
    rows, first = answer["thresholds"], answer["thresholds"][0]["studies"]
    values = [[row["studies"][at][quantity] for row in rows] for at in range(len(first))]
    coords = {
        WTP: [row[WTP] for row in rows],
        "participants": ("study", [one["participants"] for one in first]),
        "clusters": ("study", [one["clusters"] or 0 for one in first]),
    }
    return xr.DataArray(values, coords, ("study", WTP))


def power_by_wtp(answer: Answer, most: int = 4) -> xr.DataArray:
    """Power against willingness to pay, as `plot_power` takes it, of a few of the studies.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.next_study.next_study``.
    most : int
        Studies shown, the smallest and the largest among them.
    """
    curve = answer["power_curve"]
    names = list(curve["power"])
    shown = [
        names[at] for at in np.unique(np.linspace(0, len(names) - 1, most).round().astype(int))
    ]
    values = [curve["power"][name] for name in shown]
    return xr.DataArray(values, {"study": shown, WTP: curve[WTP]}, ("study", WTP))
