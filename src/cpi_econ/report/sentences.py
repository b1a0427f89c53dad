"""Sentences that the program writes: sample, costs, effects, ICER, probability, sensitivity.

Differences are always the arm minus the reference; no number is typed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cpi_econ.report import numbers
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.typeset import effect_places, money, number, probability

Comparison = Mapping[str, Any]
_QUADRANTS = {
    "NE": ("more", "more"),
    "SE": ("less", "more"),
    "SW": ("less", "less"),
    "NW": ("more", "less"),
}


def key_sentences(of: Material, effect: str | None = None) -> list[str]:
    """The answer in two sentences: what differs, and how sure it is at the first threshold.

    Parameters
    ----------
    of : Material
    effect : str, optional
        Default the primary effect.
    """
    name = effect or of.primary
    block = of.base[name]
    differs = "; ".join(
        _differences(of, arm, one, block["unit"]) for arm, one in block["comparisons"].items()
    )
    over = f"Over {printable(of.labels.horizon)}, " if of.labels.horizon else ""
    first = f"{over}{differs}."
    return [first[0].upper() + first[1:], threshold_sentence(of, name)]


def _differences(of: Material, arm: str, one: Comparison, unit: str) -> str:
    label, against = of.labels.arm(arm), of.labels.arm(of.labels.reference)
    return f"{label} {cost_words(of, one, against)} and {effect_words(one, unit)}"


def cost_words(of: Material, one: Comparison, against: str) -> str:
    """What an arm costs beside the reference, with its interval."""
    currency, inc = of.labels.currency, one["inc_cost"]
    places = numbers.cost_decimals([inc["estimate"], inc["se"]])
    amount = money(abs(inc["estimate"]), currency, places)
    way = "more" if inc["estimate"] > 0 else "less"
    limits = interval(inc, lambda value: money(value, currency, places))
    than = f"{amount} {way} per person than" if _seen(amount) else "as much per person as"
    return f"cost {than} {against} ({of.labels.interval} of the difference {limits})"


def effect_words(one: Comparison, unit: str) -> str:
    """What an arm gains beside the reference, with its interval."""
    inc, places = one["inc_effect"], effect_places(one)
    amount = number(abs(inc["estimate"]), places)
    way = "more" if inc["estimate"] > 0 else "fewer"
    limits = interval(inc, lambda value: number(value, places))
    gain = f"{amount} {way}" if _seen(amount) else "as many"
    return f"gave {gain} {printable(numbers.plural(unit))} ({limits})"


def _seen(amount: str) -> bool:
    """Whether an amount is more than zero in the digits shown."""
    return any(digit in "123456789" for digit in amount)


def interval(statistic: Mapping[str, Any], written: Any) -> str:
    """Limits of a statistic as text.

    Examples
    --------
    >>> interval({"lower": -0.0342, "upper": 0.0398}, lambda value: number(value, 3))
    '−0.034 to 0.040'
    """
    limits = [written(statistic[side]) for side in ("lower", "upper")]
    return "–" if "–" in limits else f"{limits[0]} to {limits[1]}"


def threshold_sentence(of: Material, effect: str, place: int = 0) -> str:
    """Probability and net benefit at one of the reported thresholds.

    Parameters
    ----------
    of : Material
    effect : str
    place : int
        Which of the reported thresholds.
    """
    block = of.base[effect]
    rows = {arm: one["inmb"][place] for arm, one in block["comparisons"].items()}
    return decision_sentence(of, rows, block["unit"])


def decision_sentence(of: Material, rows: Mapping[str, Mapping[str, Any]], unit: str) -> str:
    """How sure the decision is at one threshold.

    Parameters
    ----------
    of : Material
    rows : mapping of str to mapping
        Per arm: ``wtp``, ``estimate``, ``lower``, ``upper``, ``probability``, ``mcse``.
    unit : str
        Unit of the effect.
    """
    currency = of.labels.currency
    parts = []
    for arm, row in rows.items():
        limits = interval(row, lambda value: money(value, currency))
        chance = probability(row["probability"], row["mcse"])
        parts.append(
            f"{of.labels.arm(arm)} has an incremental net benefit of "
            f"{money(row['estimate'], currency)} per person ({of.labels.interval} {limits}) and is "
            f"cost-effective with probability {chance}"
        )
    at = money(next(iter(rows.values()))["wtp"], currency)
    return f"At {at} per {printable(unit)}, {'; '.join(parts)}."


def sample_sentence(of: Material) -> str:
    """Who is in the study and of whom cost and effect are known."""
    sample = of.results["sample"]
    parts = []
    for arm, one in sample["arms"].items():
        told = f"{one['participants']} in {of.labels.arm(arm)}"
        inside = [f"{one['complete']} with cost and effect known"]
        if one.get("clusters") is not None:
            n = one["clusters"]
            inside.insert(0, f"{n} cluster{'' if n == 1 else 's'}")
        parts.append(f"{told} ({', '.join(inside)})")
    clustered = any(one.get("clusters") is not None for one in sample["arms"].values())
    by = f", in clusters by {of.labels.cluster}" if clustered else ""
    return f"The study has {sample['participants']:,} participants{by}: {'; '.join(parts)}."


def icer_sentence(of: Material, effect: str, arm: str) -> str:
    """The incremental cost-effectiveness ratio, or the word that stands in its place."""
    block = of.base[effect]
    one = block["comparisons"][arm]
    icer, label = one["icer"], of.labels.arm(arm)
    against = of.labels.arm(of.labels.reference)
    draws = quadrant_words(one["quadrants"])
    cost, gain = one["inc_cost"]["estimate"], one["inc_effect"]["estimate"]
    if icer["estimate"] is None or (cost < 0 < gain) or (gain < 0 < cost):
        better, worse = (label, against) if cost <= 0 <= gain else (against, label)
        if (cost < 0 < gain) or (gain < 0 < cost):
            return (
                f"On the point estimates {better} dominates {worse} (costs less, more effect), so "
                f"no ratio is given. {draws}"
            )
        return f"No ratio of {label} to {against} is given: {printable(icer['statement'])}. {draws}"
    ratio = money(icer["estimate"], of.labels.currency)
    unit = printable(block["unit"])
    limits = interval(icer, lambda value: money(value, of.labels.currency))
    between = "" if limits == "–" else f" ({of.labels.interval} {limits})"
    if gain < 0:
        return (
            f"{label} saves {ratio} per {unit} given up against {against}{between}; it is "
            f"cost-effective only where a {unit} is worth less than that. {draws}"
        )
    return f"{label} costs {ratio} per {unit} gained against {against}{between}. {draws}"


def quadrant_words(shares: Mapping[str, float]) -> str:
    """Where the replicates lie, most of them first.

    Examples
    --------
    >>> quadrant_words({"SE": 0.7, "NW": 0.3})
    'Of the replicates, 70% cost less with more effect and 30% cost more with less effect.'
    """
    seen = sorted((name for name in shares if shares[name] > 0), key=lambda name: -shares[name])
    if not seen:
        return ""
    if len(seen) == 1:
        cost, gain = _QUADRANTS[seen[0]]
        return f"All replicates cost {cost} with {gain} effect."
    parts: list[str] = []
    for name in seen:
        cost, gain = _QUADRANTS[name]
        parts.append(f"{_share(shares[name])} cost {cost} with {gain} effect")
    return f"Of the replicates, {', '.join(parts[:-1])} and {parts[-1]}."


def _share(share: float) -> str:
    text = f"{100 * share:.0f}%"
    return {"0%": "under 1%", "100%": "over 99%"}.get(text, text)


def sensitivity_sentence(of: Material) -> str:
    """Whether the scenarios agree with the base case at the first threshold; empty without."""
    estimates = []
    for scenario, block in of.results["scenarios"].items():
        answer = block["effects"].get(of.primary)
        if answer is None:
            continue
        for arm, one in answer["comparisons"].items():
            estimates.append((scenario, arm, one["inmb"][0]))
    if len({scenario for scenario, _, _ in estimates}) < 2:
        return ""
    signs = {arm: row["estimate"] >= 0 for scenario, arm, row in estimates[: len(of.others)]}
    differ = sorted({s for s, arm, row in estimates if (row["estimate"] >= 0) != signs[arm]})
    chances = [probability(row["probability"], row["mcse"]) for _, _, row in estimates]
    low = min(range(len(chances)), key=lambda at: estimates[at][2]["probability"])
    high = max(range(len(chances)), key=lambda at: estimates[at][2]["probability"])
    at = money(estimates[0][2]["wtp"], of.labels.currency)
    spread = (
        f"Across {len({s for s, _, _ in estimates})} analyses the probability of being "
        f"cost-effective at {at} runs from {chances[low]} ({printable(estimates[low][0])}) to "
        f"{chances[high]} ({printable(estimates[high][0])})"
    )
    if not differ:
        return f"{spread}; in all of them the net benefit has the same sign."
    return f"{spread}; the net benefit changes sign in: {', '.join(map(printable, differ))}."
