"""Subgroups in words: who they are, how they differ, what a decision for each is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cpi_econ.report.labels import Labels, printable

Block = Mapping[str, Any]
Money = Callable[[float | None], str]


def shown_name(name: str) -> str:
    """Name of a variable or subgroup for reading.

    Examples
    --------
    >>> shown_name("user_group")
    'user group'
    """
    return printable(name.replace("_", " "))


def people_of(one: Block) -> str:
    """People of a subgroup in each arm, masked where they are few.

    Examples
    --------
    >>> people_of({"participants": {"low": 53, "high": "*"}})
    '53 / *'
    """
    return " / ".join(str(count) for count in one["participants"].values())


def difference_sentences(block: Block, labels: Labels, money: Money) -> list[str]:
    """How the net benefit of each subgroup differs from the first, at the first threshold.

    Parameters
    ----------
    block : mapping
        Of one variable and effect, from ``results.json``.
    labels : Labels
    money : callable
        Writes an amount.
    """
    rows = block["differences"]
    first = rows[0]["wtp"] if rows else None
    several = len({row["arm"] for row in rows}) > 1
    return [
        f"Net benefit at {money(first)}, {shown_name(row['subgroup'])} minus "
        f"{shown_name(row['against'])}"
        + (f", {labels.arm(row['arm'])}" if several else "")
        + f": {money(row['estimate'])} ({labels.interval} {money(row['lower'])} to "
        f"{money(row['upper'])})."
        for row in rows
        if row["wtp"] == first
    ]


def decision_sentence(block: Block, labels: Labels, money: Money) -> str:
    """What deciding for each subgroup is worth over one decision for all, at the first threshold.

    Parameters
    ----------
    block : mapping
        Of one variable and effect, from ``results.json``.
    labels : Labels
    money : callable
        Writes an amount.
    """
    found = block["decisions"]
    if not found["wtp"]:
        return ""
    at = f"At {money(found['wtp'][0])}"
    best = labels.arm(found["best"][0])
    own = {name: labels.arm(arms[0]) for name, arms in found["best_own"].items()}
    weighted = " (with the equity weights given)" if found["equity_weights"] else ""
    if set(own.values()) == {best}:
        return f"{at} {best} has the highest net benefit in every subgroup{weighted}."
    listing = ", ".join(f"{shown_name(name)}: {arm}" for name, arm in own.items())
    whole = found["gain_population"]
    people = "" if whole is None else f", {money(_rounded(whole[0]))} for the population"
    return (
        f"{at} the best arm for all is {best}, and by subgroup {listing}; a decision for each "
        f"would gain {money(found['gain'][0])} per person{people}{weighted}. This is an upper "
        "bound: subgroups also differ by chance."
    )


def _rounded(value: float) -> float:
    """Large amount with the three digits that it can bear."""
    return float(f"{value:.3g}")
