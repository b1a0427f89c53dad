"""CHEERS 2022: each of the 28 items answered from the study, by the author, or not applicable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from cpi_econ.report.cheers_answers import ANSWERS
from cpi_econ.report.content import Paragraph, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material

Status = Literal["answered", "author", "not applicable"]
_STATUS: dict[Status, str] = {
    "answered": "Answered from the study",
    "author": "Needs the author's words",
    "not applicable": "Not applicable",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the checklist.

    Parameters
    ----------
    number : int
    title : str
        Short name of the item.
    slot : str
        Key under ``report: text`` of the study file.
    section : str
        Section of the report that answers it; empty where only words can.
    """

    number: int
    title: str
    slot: str
    section: str = ""


ITEMS = (
    Item(1, "Title", "title", "title"),
    Item(2, "Abstract", "abstract", "key"),
    Item(3, "Background and objectives", "background"),
    Item(4, "Health economic analysis plan", "plan", "plan"),
    Item(5, "Study population", "population", "sample"),
    Item(6, "Setting and location", "setting"),
    Item(7, "Comparators", "comparators", "methods"),
    Item(8, "Perspective", "perspective", "methods"),
    Item(9, "Time horizon", "horizon", "methods"),
    Item(10, "Discount rate", "discounting", "methods"),
    Item(11, "Selection of outcomes", "outcomes", "methods"),
    Item(12, "Measurement of outcomes", "measurement", "methods"),
    Item(13, "Valuation of outcomes", "valuation", "value-sets"),
    Item(14, "Measurement and valuation of resources and costs", "resources", "costs"),
    Item(15, "Currency, price date and conversion", "currency", "unit-costs"),
    Item(16, "Rationale and description of model", "model"),
    Item(17, "Analytics and assumptions", "analytics", "methods"),
    Item(18, "Characterising heterogeneity", "heterogeneity"),
    Item(19, "Characterising distributional effects", "distribution"),
    Item(20, "Characterising uncertainty", "uncertainty", "methods"),
    Item(21, "Engagement with patients and others affected", "engagement"),
    Item(22, "Study parameters", "parameters", "unit-costs"),
    Item(23, "Summary of main results", "results", "results"),
    Item(24, "Effect of uncertainty", "effect_of_uncertainty", "decision"),
    Item(25, "Effect of engagement", "effect_of_engagement"),
    Item(26, "Findings, limitations, generalisability", "discussion"),
    Item(27, "Source of funding", "funding"),
    Item(28, "Conflicts of interest", "conflicts"),
)


def cheers_section(of: Material, shown: Sequence[Section]) -> Section:
    """Checklist with the status of each item and where it is answered.

    Parameters
    ----------
    of : Material
    shown : sequence of Section
        Sections of the report, to point to.

    References
    ----------
    Husereau et al. (2022), doi:10.1136/bmj-2021-067975.
    """
    titles = {one.id: one.title for one in shown} | {"title": "Title of the report"}
    rows = []
    for item in ITEMS:
        status, words = answer(of, item, titles)
        rows.append([str(item.number), item.title, _STATUS[status], words])
    count = {status: sum(row[2] == text for row in rows) for status, text in _STATUS.items()}
    said = (
        f"Of 28 items, answered from the study: {count['answered']}; waiting for the author's "
        f"words: {count['author']}; not applicable: {count['not applicable']}. Words are added in "
        "the study file under report: text, reasons under report: not_applicable."
    )
    table = Table(
        "cheers",
        "CHEERS 2022 checklist (Husereau et al. 2022, doi:10.1136/bmj-2021-067975)",
        ["Item", "Topic", "Status", "Answer, or where it is"],
        rows,
        words=4,
    )
    return Section("cheers", "CHEERS 2022 checklist", [Paragraph(said), table])


def answer(of: Material, item: Item, titles: dict[str, str]) -> tuple[Status, str]:
    """Status of one item, and the words or the place that answer it.

    Parameters
    ----------
    of : Material
    item : Item
    titles : mapping of str to str
        Titles of the sections that the report has.
    """
    written = of.study["text"].get(item.slot)
    reason = of.study["not_applicable"].get(item.slot)
    if reason:
        return "not applicable", f"Because: {printable(reason)}"
    make: Callable[[Material], str] | None = ANSWERS.get(item.slot)
    told = make(of) if make is not None else ""
    if item.slot == "model" and not written:
        return "not applicable", "Because: the analysis is of data on individuals, without a model."
    place = titles.get(item.section)
    parts = [printable(written)] if written else []
    if told:
        parts.append(told if told[-1] in ".?!" else f"{told}.")
    if told and place:
        parts.append(f"See: {place}.")
    if parts:
        return "answered", " ".join(parts)
    return "author", f"Write it in the study file, report: text: {item.slot}."
