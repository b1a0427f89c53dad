"""Section on degree: costs, effects and net benefit by level of an exposure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from cpi_econ.report import numbers
from cpi_econ.report.content import Block, Paragraph, Picture, Section, Table
from cpi_econ.report.decision_frames import money_label
from cpi_econ.report.exposure_figures import plot_dose_response
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.sentences import interval
from cpi_econ.report.typeset import effect_places, money, number, probability

Values = Mapping[str, Any]
Pick = Callable[[Values], Values]
_ENDS = ("estimate", "lower", "upper")


def exposure_section(of: Material) -> Section:
    """Tables of every effect and figures of the primary one; empty without an exposure."""
    exposure = of.results.get("exposure")
    title = "By degree of exposure"
    if exposure is None:
        return Section("exposure", title)
    blocks: list[Block] = [Paragraph(_said(of, exposure))]
    for name in exposure["effects"]:
        blocks.append(_table(of, exposure, name))
        if name == of.primary:
            blocks += _pictures(of, exposure, name)
    return Section("exposure", title, blocks)


def _word(exposure: Values) -> str:
    return printable(str(exposure["column"]).replace("_", " "))


def _said(of: Material, exposure: Values) -> str:
    word, shared = _word(exposure), exposure.get("within_clusters") is False
    against = exposure["levels"][exposure["reference"]]
    cluster = of.labels.cluster
    told = (
        f" It is the same for everyone of one {cluster}, so whatever else differs between them "
        "moves with it and cannot be told apart."
    )
    return (
        f"What costs and effects would be, had everyone the same {word}: differences from "
        f"{word} {against:g}.{told if shared else ''}"
    )


def _table(of: Material, exposure: Values, name: str) -> Table:
    block, currency = exposure["effects"][name], of.labels.currency
    places = max(effect_places(one) for one in block["comparisons"].values())
    wtp = next(iter(block["comparisons"].values()))["inmb"]
    at = money(wtp[0]["wtp"], currency) if wtp else ""
    rows = [_row(level, block, key, currency, places) for key, level in exposure["levels"].items()]
    unit = printable(numbers.plural(block["unit"]))
    return Table(
        f"exposure_{name}",
        f"Costs, effects and net benefit by {_word(exposure)}: {of.effect_name(name)}",
        [
            _word(exposure).capitalize(),
            "Mean cost",
            f"Mean {unit}",
            "Incremental cost",
            f"Incremental {unit}",
            *([f"Net benefit at {at}", "Probability of more net benefit"] if wtp else []),
        ],
        rows,
        words=0,
        note=f"Means with standard errors, differences with their {of.labels.interval}; by the "
        f"{exposure['participants'][name]} people with everything known (complete cases).",
    )


def _row(level: float, block: Values, key: str, currency: str, places: int) -> list[str]:
    cost, gain = block["arms"][key]["cost"], block["arms"][key]["effect"]
    made = [
        f"{level:g}",
        f"{money(cost['estimate'], currency)} ({number(cost['se'], 0)})",
        f"{number(gain['estimate'], places)} ({number(gain['se'], places)})",
    ]
    one = block["comparisons"].get(key)
    if one is None:
        several = any(other["inmb"] for other in block["comparisons"].values())
        return [*made, "reference", *[""] * (3 if several else 1)]
    inc_cost, inc_effect = one["inc_cost"], one["inc_effect"]
    made += [
        f"{money(inc_cost['estimate'], currency)} "
        f"({interval(inc_cost, lambda v: money(v, currency))})",
        f"{number(inc_effect['estimate'], places)} "
        f"({interval(inc_effect, lambda v: number(v, places))})",
    ]
    if one["inmb"]:
        first = one["inmb"][0]
        made += [
            f"{money(first['estimate'], currency)} "
            f"({interval(first, lambda v: money(v, currency))})",
            probability(first["probability_above_reference"]),
        ]
    return made


def _pictures(of: Material, exposure: Values, name: str) -> list[Block]:
    block, currency = exposure["effects"][name], of.labels.currency
    gained = f"Incremental {printable(numbers.plural(block['unit']))}"
    made = [
        _picture(
            exposure, block, "cost", "Incremental cost", currency, lambda one: one["inc_cost"]
        ),
        _picture(exposure, block, "effect", gained, "", lambda one: one["inc_effect"]),
    ]
    thresholds = next(iter(block["comparisons"].values()))["inmb"]
    if thresholds:
        words = f"Incremental net benefit at {money(thresholds[0]['wtp'], currency)}"
        made.append(
            _picture(exposure, block, "net_benefit", words, currency, lambda one: one["inmb"][0])
        )
    return made


def _picture(
    exposure: Values, block: Values, name: str, words: str, currency: str, pick: Pick
) -> Block:
    known = {key: pick(one) for key, one in block["comparisons"].items()}
    rows = [
        {"level": level} | {end: known[key][end] if key in known else 0.0 for end in _ENDS}
        for key, level in exposure["levels"].items()
    ]
    word = _word(exposure)
    return Picture(
        f"exposure_{name}",
        f"{words} by {word}, from {word} {exposure['levels'][exposure['reference']]:g}",
        f"Differences from the reference level of {word} with their intervals; the numbers stand "
        "in the table before it.",
        lambda: plot_dose_response(
            pd.DataFrame(rows), exposure=word.capitalize(), difference=money_label(words, currency)
        ),
    )
