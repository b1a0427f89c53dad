"""What the study itself answers of the CHEERS 2022 items; empty where only the author can."""

from __future__ import annotations

from collections.abc import Callable

from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.sentences import (
    icer_sentence,
    key_sentences,
    sample_sentence,
    sensitivity_sentence,
    threshold_sentence,
)


def _title(of: Material) -> str:
    economic = ("economic", "cost-utility", "cost-effectiveness", "cost-benefit", "cost utility")
    said = of.labels.title
    if any(word in said.lower() for word in economic):
        return said
    return ""


def _arms(of: Material) -> str:
    names = "; ".join(of.labels.arm(arm) for arm in of.arms)
    return f"{names}. Reference: {of.labels.arm(of.labels.reference)}."


def _perspective(of: Material) -> str:
    return f"{', '.join(map(printable, of.labels.perspective))}." if of.labels.perspective else ""


def _horizon(of: Material) -> str:
    return f"{printable(of.labels.horizon)}." if of.labels.horizon else ""


def _discounting(of: Material) -> str:
    rates = of.study["discount"]
    years = of.study["horizon_years"] or max(of.study["times"].values(), default=0)
    if years <= 1:
        return "None: the horizon is at most one year."
    return f"Costs {100 * rates['costs']:g}%, effects {100 * rates['effects']:g}% a year."


def _outcomes(of: Material) -> str:
    named = "; ".join(
        f"{of.effect_name(name)} ({printable(one['unit'])})"
        for name, one in of.study["effects"].items()
    )
    return f"Primary: {of.effect_name(of.primary)}. All: {named}."


def _measurement(of: Material) -> str:
    tools = [
        printable(one["instrument"]) for one in of.study["effects"].values() if one["instrument"]
    ]
    times = ", ".join(map(of.time_name, of.study["times"]))
    if not tools:
        return ""
    return f"{', '.join(dict.fromkeys(tools))} at {times}."


def _valuation(of: Material) -> str:
    sets = [printable(one["value_set"]) for one in of.study["effects"].values() if one["value_set"]]
    return f"{', '.join(dict.fromkeys(sets))}." if sets else ""


def _resources(of: Material) -> str:
    if of.study["finished_costs"]:
        return ""
    return "Quantities from service-use forms times unit costs, shown by service."


def _currency(of: Material) -> str:
    if not of.labels.price_year:
        return ""
    index = of.study["price_index"]
    by = f" Other price years by the index {printable(str(index))}." if index else ""
    return f"{of.labels.currency}, {of.labels.price_year} prices.{by}"


def _parameters(of: Material) -> str:
    return "Every unit cost with its source." if of.table("unit_costs") is not None else ""


def _plan(of: Material) -> str:
    plan = of.study["plan"]
    if plan["registered"] is None:
        return ""
    same = "the same" if plan["registered"] == plan["sha256"] else "not the same"
    return f"Registered plan {plan['registered'][:12]}; the settings of this run are {same}."


def _heterogeneity(of: Material) -> str:
    groups = [name.replace("_", " ") for name in of.results.get("subgroups", {})]
    return f"Subgroups: {', '.join(map(printable, groups))}." if groups else ""


def _uncertainty(of: Material) -> str:
    n = len(of.results["scenarios"]) - 1
    more = f"; {n} scenario{'s' if n > 1 else ''}" if n else ""
    return f"Resampling, intervals, plane and acceptability curve{more}."


def _results(of: Material) -> str:
    ratios = " ".join(icer_sentence(of, of.primary, arm) for arm in of.others)
    return f"{key_sentences(of)[0]} {ratios}"


def _effect_of_uncertainty(of: Material) -> str:
    return f"{threshold_sentence(of, of.primary)} {sensitivity_sentence(of)}".strip()


def _abstract(of: Material) -> str:
    return " ".join(key_sentences(of))


ANSWERS: dict[str, Callable[[Material], str]] = {
    "title": _title,
    "abstract": _abstract,
    "plan": _plan,
    "population": sample_sentence,
    "comparators": _arms,
    "perspective": _perspective,
    "horizon": _horizon,
    "discounting": _discounting,
    "outcomes": _outcomes,
    "measurement": _measurement,
    "valuation": _valuation,
    "resources": _resources,
    "currency": _currency,
    "analytics": lambda _: "Written out from the settings, with citations.",
    "heterogeneity": _heterogeneity,
    "uncertainty": _uncertainty,
    "parameters": _parameters,
    "results": _results,
    "effect_of_uncertainty": _effect_of_uncertainty,
}
