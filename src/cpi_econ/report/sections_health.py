"""Sections on health and capability: answers by level, values over time, observed outcomes."""

from __future__ import annotations

from operator import itemgetter

import pandas as pd

from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.labels import dimension_name, printable
from cpi_econ.report.level_figures import plot_levels
from cpi_econ.report.material import Material
from cpi_econ.report.profile_figures import plot_values
from cpi_econ.report.table_shapes import Row, arms_across, whole
from cpi_econ.report.typeset import DASH, number, percent, sentence_case


def health_section(of: Material) -> Section:
    """Answers and values of each instrument; observed means of every outcome."""
    blocks: list[Block] = []
    for name, settings in of.study["effects"].items():
        blocks += _of_effect(of, name, settings)
    effects = of.table("effects")
    if effects is not None:
        blocks.append(_observed(of, effects))
    return Section("outcomes", "Health, capability and other outcomes", blocks)


def _of_effect(of: Material, name: str, settings: dict[str, str]) -> list[Block]:
    blocks: list[Block] = []
    title = printable(settings["instrument"] or of.effect_name(name))
    for kind, make in (("levels", _levels), ("change", _change), ("values", _values)):
        table = of.table(kind)
        here = None if table is None else table[table["effect"] == name]
        if here is not None and not here.empty:
            blocks += make(of, name, title, here.drop(columns="effect"))
    return blocks


def _ordered(of: Material, table: pd.DataFrame) -> pd.DataFrame:
    rank = {arm: at for at, arm in enumerate(of.arms)}
    times = {time: at for at, time in enumerate(of.study["times"])}
    kept = table.assign(_a=table["arm"].map(rank))
    by = ["_a"]
    if "time" in table:
        kept, by = kept.assign(_t=table["time"].map(times)), ["_a", "_t"]
    sorted_ = kept.sort_values(by, kind="stable")
    return sorted_.drop(columns=[one for one in ("_a", "_t") if one in kept])


def _levels(of: Material, name: str, title: str, table: pd.DataFrame) -> list[Block]:
    ordered = _ordered(of, table)
    dimensions = {one: at for at, one in enumerate(dict.fromkeys(table["dimension"]))}
    ordered = ordered.sort_values(
        "dimension", key=lambda one: one.map(dimensions), kind="stable", ignore_index=True
    )
    drawn = ordered.assign(percent=ordered["percent"].astype(float))
    times = [time for time in of.study["times"] if time in set(table["time"].astype(str))]
    table_ = arms_across(
        of,
        _times_across(ordered),
        name=f"levels_{name}",
        caption=f"{title}: number (%) at each level, best level first",
        keys=[("dimension", "Dimension"), ("level", "Level")],
        cells=[(sentence_case(of.time_name(time)), itemgetter(time)) for time in times],
        note="Percentages of those who answered. Counts below five are masked, and others with "
        "them (*) where the number of answers would give them away.",
    )
    picture = Picture(
        f"levels_{name}",
        f"{title}: share at each level by dimension, arm and time; "
        "hatched: masked levels, whose sum is divided equally",
        f"Stacked bars of the share of answers at each level of {title}, one bar a dimension, "
        "arm and time; the numbers stand in the table before it.",
        lambda: plot_levels(drawn, labels=of.labels.arms),
    )
    return [table_, picture]


def _times_across(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of dimension, level and arm with the text of each time in a column of its own."""
    shown = table.assign(
        text=[_counted(row) for row in table.to_dict("records")],
        dimension=table["dimension"].map(dimension_name),
        level=table["level"].map(whole),
        time=table["time"].astype(str),
    )
    index = ["dimension", "level", "arm"]
    wide = shown.pivot(index=index, columns="time", values="text").fillna(DASH).reset_index()
    order = shown[index].drop_duplicates()
    return order.merge(wide, on=index, how="left")


def _counted(row: Row) -> str:
    share = percent(row["percent"])
    return whole(row["n"]) if share == DASH else f"{whole(row['n'])} ({share})"


def _change(of: Material, name: str, title: str, table: pd.DataFrame) -> list[Block]:
    return [
        arms_across(
            of,
            _ordered(of, table),
            name=f"change_{name}",
            caption=f"{title}: change from the first to the last visit (Paretian classes)",
            keys=[("change", "Change")],
            cells=[
                ("n", lambda row: whole(row["n"])),
                ("%", lambda row: percent(row["percent"])),
            ],
            note="People with both profiles complete. Mixed: better in one dimension, worse in "
            "another.",
        )
    ]


def _values(of: Material, name: str, title: str, table: pd.DataFrame) -> list[Block]:
    ordered = _ordered(of, table)
    table_ = arms_across(
        of,
        ordered,
        name=f"values_{name}",
        caption=f"{title}: values by time",
        keys=[("time", "Time")],
        cells=[
            ("n", lambda row: whole(row["n"])),
            ("mean (SD)", lambda row: _mean(row, 3)),
            ("95% interval", _limits),
            ("median", lambda row: number(row["median"], 3)),
        ],
        note="Everyone with a value at that time; people taken as independent.",
    )
    numeric = ["mean", "lower", "upper"]
    drawn = ordered.assign(**{one: ordered[one].astype(float) for one in numeric})
    picture = Picture(
        f"values_{name}",
        f"{title}: mean value by arm and time with its interval",
        f"Mean {title} value of each arm at each time with 95% intervals; the numbers stand in "
        "the table before it.",
        lambda: plot_values(drawn, labels=of.labels.arms, unit=f"{title} value"),
    )
    return [table_, picture]


def _mean(row: Row, places: int) -> str:
    mean = number(row["mean"], places)
    return mean if mean == "–" else f"{mean} ({number(row['sd'], places)})"


def _limits(row: Row) -> str:
    lower, upper = number(row["lower"], 3), number(row["upper"], 3)
    return "–" if "–" in (lower, upper) else f"{lower} to {upper}"


def _observed(of: Material, table: pd.DataFrame) -> Table:
    units = {name: printable(one["unit"]) for name, one in of.study["effects"].items()}
    names = {name: f"{of.effect_name(name)} ({units[name]})" for name in units}
    cost = f"Cost ({of.labels.currency} {of.labels.price_year})".replace(" )", ")")
    shown = table.assign(effect=table["effect"].map({**names, "cost": cost}))
    return arms_across(
        of,
        shown,
        name="observed",
        caption="Outcomes as observed, before adjustment, imputation or weighting",
        keys=[("effect", "Outcome")],
        cells=[
            ("n", lambda row: whole(row["n"])),
            ("mean (SD)", lambda row: _mean(row, _places(row))),
        ],
        note="Everyone of whom the outcome is known.",
    )


def _places(row: Row) -> int:
    spread = row["sd"]
    if spread is None or pd.isna(spread):
        return 3
    return next((n for top, n in ((1, 3), (10, 2), (100, 1)) if spread < top), 0)


def value_sets_section(of: Material) -> Section:
    """Value sets with their sources; empty when nothing was valued."""
    table = of.table("value_sets")
    if table is None:
        return Section("value-sets", "Value sets")
    rows = [
        [
            sentence_case(of.effect_name(row["effect"])),
            printable(row["instrument"] or ""),
            printable(row["value_set"]),
            printable(row["mapping"] or "none"),
            printable(row["status"]),
            printable(row["source"] or ""),
        ]
        for row in table.to_dict("records")
    ]
    shown = Table(
        "value_sets",
        "Value sets of this analysis and their sources",
        ["Outcome", "Instrument", "Value set", "Mapping", "Status", "Source"],
        rows,
        words=6,
    )
    unsure = [row[2] for row in rows if row[4] not in ("verified", "own")]
    blocks: list[Block] = [shown]
    if unsure:
        said = (
            f"Not verified against a second source: {', '.join(unsure)}. Check the coefficients "
            "against the publication before use."
        )
        blocks.append(Paragraph(said))
    return Section("value-sets", "Value sets", blocks)
