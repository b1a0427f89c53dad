"""What a plan of research comes to, in words: the size worth most, and the size for the power."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cpi_econ.report import numbers
from cpi_econ.report.labels import Labels

Answer = Mapping[str, Any]
Money = Callable[[float | None], str]


def size_words(study: Answer) -> str:
    """Size of a study in words.

    Examples
    --------
    >>> size_words({"clusters": 20, "participants": 1200}), size_words(
    ...     {"clusters": None, "participants": 90})
    ('20 clusters, 1,200 people', '90 people')
    """
    clusters = "" if study["clusters"] is None else f"{study['clusters']} clusters, "
    return f"{clusters}{study['participants']:,} people"


def advice(row: Answer, answer: Answer, labels: Labels, money: Money) -> str:
    """Size worth most at one threshold, and the sizes that the power wanted takes.

    Parameters
    ----------
    row : mapping
        Of one threshold.
    answer : mapping
        Whole answer, from ``evaluation.next_study.next_study``.
    labels : Labels
    money : callable
        Writes an amount.
    """
    best = row["best"]
    size = size_words(row["studies"][best["number"]])
    if not best["worthwhile"]:
        first = f"No study of these sizes is worth its cost (least loss: {size})."
    else:
        edge = " A larger one may be better still." if best["at_edge"] else ""
        first = f"Most is gained with {size}: {money(best['enbs'])}.{edge}"
    return " ".join([first, *_power(row, answer, labels)])


def _power(row: Answer, answer: Answer, labels: Labels) -> list[str]:
    wanted = numbers.percent(answer["power_wanted"])
    several = len(row["needed_by_arm"]) > 1
    against = labels.arm(answer["reference"])
    return [
        f"Power of {wanted}{f' of {labels.arm(arm)} against {against}' if several else ''} takes "
        f"{size_words(needed)}."
        for arm, needed in row["needed_by_arm"].items()
        if needed is not None
    ]


def decision_words(answer: Answer, money: Money) -> str:
    """Whose decision it is, and what the next study costs.

    Parameters
    ----------
    answer : mapping
        From ``evaluation.next_study.next_study``.
    money : callable
        Writes an amount.
    """
    people, cost = answer["population"], answer["cost"]
    return (
        f"{people['size']:,.0f} people a year for {people['years']:g} years at "
        f"{100 * people['discount']:g}%; the next study reports after "
        f"{people['study_years']:g} years and costs {money(cost['fixed'])}, "
        f"{money(cost['per_cluster'])} a cluster, {money(cost['per_participant'])} a person."
    )
