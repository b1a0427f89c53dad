"""What was done about missing data, in the words of a methods section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material

HEADING = "Missing data"
_ASSUMPTIONS = {
    "jump_to_reference": "Missing outcomes of the other arms are imputed as if those people had "
    "gone on as the reference arm does, from where they stood in their own arm",
    "copy_reference": "Missing outcomes of the other arms are imputed as if those people had "
    "belonged to the reference arm all along",
    "last_mean": "From a person's last known visit on, the mean of the arm stays where it was",
}

_CASES = {
    "complete_cases": "People with a cost, an effect and every covariate known are analysed "
    "(complete cases); this assumes that those left out are like them [faria].",
    "available_cases": "Each outcome is analysed among those of whom it is known [faria].",
}


def missing_text(of: Material) -> tuple[str, str]:
    """Heading and text; the text is empty where a study says nothing of missing data.

    Parameters
    ----------
    of : Material
    """
    plan = of.study["missing"]
    if plan is None:
        return HEADING, ""
    attrs = next(iter(of.datasets.values())).attrs
    if plan["method"] == "impute" and attrs.get("missing") != "impute":
        return HEADING, "Nothing that the analysis needs is missing, so nothing was imputed."
    if plan["method"] == "inverse_probability":
        return HEADING, _weighted(attrs)
    return HEADING, _CASES.get(plan["method"]) or _imputed(of, plan, attrs)


def _weighted(attrs: Mapping[str, Any]) -> str:
    given = _listed(str(attrs.get("predictors", "")).split(", "))
    own = attrs.get("completeness") == "arm by arm"
    model = f"of each arm on {given}" if own else f"on arm{f', {given}' if given else ''}"
    return (
        "People with cost, effect and covariates known are weighted by the inverse of their "
        f"probability of that, from a logistic model {model} that is refitted in every replicate "
        "[seaman]."
    )


def _imputed(of: Material, plan: Mapping[str, Any], attrs: Mapping[str, Any]) -> str:
    several = f"{attrs['imputations']} times"
    orders = {
        "impute_in_bootstrap": f"{_inside(attrs)} [brand], and the estimate is the mean "
        f"over {attrs['imputations']} imputations of the data as observed",
        "bootstrap_in_imputation": f"{several}, the imputed data sets being resampled in turn "
        "[schomaker]",
        "rubin": f"{several} and pooled by Rubin's rules [rubin]",
    }
    matched = (
        "the residual of a matched donor added to the own prediction (local residual draws) "
        "[morris]"
        if plan["matching"] == "residuals"
        else "predictive mean matching [morris]"
    )
    given = _listed(str(attrs["predictors"]).split(", "))
    parts = _listed(str(attrs["parts"]).split(", "))
    totals = "" if parts == "cost and effect" else " Totals follow from their imputed parts."
    return (
        f"Missing values were imputed within each arm by chained equations [white] with {matched}, "
        f"{orders[str(attrs['order'])]}. Variables of the model are {parts}"
        f"{f', predicted also by {given}' if given else ''}.{totals}{_not_at_random(of, plan)}"
    )


def _inside(attrs: Mapping[str, Any]) -> str:
    if attrs["resample"] == "two_stage":
        return "anew for each replicate, before clusters and residuals are drawn"
    return "once inside each replicate"


def _not_at_random(of: Material, plan: Mapping[str, Any]) -> str:
    said = [] if plan["assumption"] is None else [f"{_ASSUMPTIONS[plan['assumption']]} [carpenter]"]
    if plan["delta"]:
        shifts = [
            f"{outcome} in {of.labels.arm(arm)} {_shift(value)}"
            for outcome, given in plan["delta"].items()
            for arm, value in given.items()
        ]
        listed = "; ".join(shifts)
        said.append(
            f"Imputed values are shifted for data missing not at random: {listed} [leurent]"
        )
    return "".join(f" {one}." for one in said)


def _shift(value: object) -> str:
    text = str(value)
    return f"times {text[:-1]}" if text.endswith("x") else f"by {text}"


def _listed(names: list[str]) -> str:
    shown = [printable(name.replace("_", " ")) for name in names if name]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
