"""What a report says of further research: which part is worth learning, and the next study."""

from __future__ import annotations

from functools import partial
from typing import Any

from cpi_econ.report import numbers
from cpi_econ.report.content import Block, Paragraph, Picture, Table
from cpi_econ.report.information_figures import plot_evppi
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.next_study_figures import plot_enbs, plot_power
from cpi_econ.report.research_files import evppi_array, size_of, study_array
from cpi_econ.report.research_words import advice, decision_words
from cpi_econ.report.typeset import money, number


def research_blocks(of: Material) -> list[Block]:
    """Value of learning each part, and the next study; empty where a run made neither.

    Parameters
    ----------
    of : Material
    """
    answers = of.research
    blocks: list[Block] = []
    if answers.get("information", {}).get("evppi"):
        blocks += _partial(of, answers["information"])
    if "next_study" in answers:
        blocks += _next_study(of, answers["next_study"])
    return blocks


def _partial(of: Material, answer: dict[str, Any]) -> list[Block]:
    currency = of.labels.currency
    rows = [
        [
            printable(row["name"]),
            *(
                f"{money(value, currency, 2)} ({money(se, currency, 2)})"
                for value, se in zip(row["value"], row["se"], strict=True)
            ),
        ]
        for row in answer["evppi"]
    ]
    table = Table(
        "evppi",
        "Expected value per person of learning a part exactly (EVPPI): "
        f"{of.effect_name(of.primary)}",
        ["Part", *(f"At {money(wtp, currency)}" for wtp in answer["wtp"])],
        rows,
        note="In brackets the standard error of the regression. Parts overlap and do not sum to "
        "the value of learning everything.",
    )
    first = money(answer["wtp"][0], currency)
    picture = Picture(
        "evppi",
        f"Expected value per person of learning a part exactly, at {first}",
        "Bars of the expected value of partial perfect information; the numbers stand in the "
        "table before it.",
        lambda: plot_evppi(evppi_array(answer), currency=currency),
    )
    return [table, picture]


def _next_study(of: Material, answer: dict[str, Any]) -> list[Block]:
    currency = of.labels.currency
    written = partial(money, currency=currency)
    size = size_of(answer)
    blocks: list[Block] = [Paragraph(f"The next study. {decision_words(answer, written)}")]
    for row in answer["thresholds"]:
        blocks.append(_sizes(of, row))
        told = advice(row, answer, of.labels, written)
        blocks.append(Paragraph(f"At {written(row['wtp'])}: {told}"))
    worth = Picture(
        "enbs",
        "Expected net benefit of sampling by the size of the next study",
        "Expected net benefit of sampling against size, one line a threshold; the numbers stand "
        "in the tables before it.",
        lambda: plot_enbs(study_array(answer, "enbs"), size=size, currency=currency),
    )
    wanted = answer["power_wanted"]
    chance = Picture(
        "power",
        f"Power of the next study by its size; dotted line at {numbers.percent(wanted)}",
        "Power against size, one line a threshold; the numbers stand in the tables before it.",
        lambda: plot_power(
            study_array(answer, "power"), size=size, wanted=wanted, currency=currency
        ),
    )
    return [*blocks, worth, chance]


def _sizes(of: Material, row: dict[str, Any]) -> Table:
    currency = of.labels.currency
    clustered = row["studies"][0]["clusters"] is not None
    arms = list(row["studies"][0]["powers"])
    powers = [f"Power, {of.labels.arm(arm)}" for arm in arms] if len(arms) > 1 else ["Power"]
    rows = [
        [
            *([f"{study['clusters']}"] if clustered else []),
            f"{study['participants']:,}",
            money(study["cost"], currency),
            money(study["evsi"], currency, 2),
            money(study["enbs"], currency),
            *(number(study["powers"][arm], 2) for arm in arms),
            number(study["change"], 3),
        ]
        for study in row["studies"]
    ]
    heads = ["Study cost", "EVSI per person", "ENBS", *powers, "Probability of another decision"]
    return Table(
        f"next_study_{row['wtp']:.0f}",
        f"Sizes of the next study at {money(row['wtp'], currency)}",
        [*(["Clusters"] if clustered else []), "People", *heads],
        rows,
        note="EVSI: expected value of sample information. ENBS: expected net benefit of sampling, "
        "for the population and after the study's cost. Power takes the estimate as true.",
    )
