"""Methods text generated from the settings, and the works that it cites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cpi_econ.report import numbers
from cpi_econ.report.content import Block, Listing, Paragraph, Section
from cpi_econ.report.decision_text import (
    frontier_text,
    one_way_text,
    research_text,
    subgroup_text,
)
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material
from cpi_econ.report.missing_text import missing_text
from cpi_econ.report.references import REFERENCES
from cpi_econ.report.typeset import sentence_case

Settings = Mapping[str, Any]


def methods_section(of: Material) -> Section:
    """What was done, in the words of a methods section, with references."""
    parts = [
        _design(of),
        _costing(of),
        _outcomes(of),
        missing_text(of),
        _adjustment(of.study),
        _weights(of.study),
        _confounding(of),
        _exposure(of),
        _uncertainty(of),
        _decision(),
        frontier_text(of),
        one_way_text(of),
        subgroup_text(of),
        research_text(of),
    ]
    told = [(heading, text) for heading, text in parts if text]
    cited = [key for key in REFERENCES if any(f"[{key}]" in text for _, text in told)]
    blocks: list[Block] = [Listing([(head, _cite(text, cited)) for head, text in told])]
    if cited:
        blocks.append(Paragraph("References", strong=True))
        blocks.append(Listing([(f"{at + 1}", REFERENCES[key]) for at, key in enumerate(cited)]))
    return Section("methods", "Methods, as this analysis was run", blocks)


def _cite(text: str, cited: list[str]) -> str:
    for at, key in enumerate(cited):
        text = text.replace(f"[{key}]", f"[{at + 1}]")
    return text


def _design(of: Material) -> tuple[str, str]:
    arms = " and ".join(map(of.labels.arm, of.arms))
    against = of.labels.arm(of.labels.reference)
    tags = " and ".join(map(printable, of.labels.perspective))
    view = f" Costs are those to {tags}." if tags else ""
    horizon = f" over {printable(of.labels.horizon)}" if of.labels.horizon else ""
    kind = "A randomised" if of.study["design"] == "randomised" else "A non-randomised"
    return "Design", (
        f"{kind} comparison of {arms}{horizon}. Every difference is an arm minus {against}.{view}"
    )


def _costing(of: Material) -> tuple[str, str]:
    study = of.study
    if study["finished_costs"]:
        return "Costs", f"Costs in {of.labels.currency} were supplied as one value per person."
    recall = " and ".join(_months(years) for years in study["recall_years"])
    scaled = {
        "linear": "scaled to the period between visits in proportion to time",
        "interpolate": "interpolated between visits",
        "none": "used as asked, without scaling",
    }
    told = " and ".join(scaled[one] for one in study["scale"])
    window = f" Forms ask about the last {recall}; use is {told}." if recall and told else ""
    index = study["price_index"]
    priced = (
        f" in {of.labels.currency} at {study['price_year']} prices" if study["price_year"] else ""
    )
    inflated = f", other years by the index {printable(str(index))}" if index else ""
    delivery = study["delivery"]
    shared = {
        "per_client": "equally over its clients",
        "per_contact": "over its contacts",
        "per_month": "over months of service",
    }
    given = f" Delivery cost of each agency is shared {shared[delivery]}." if delivery else ""
    return "Costs", (
        f"Quantities of each service were multiplied by unit costs{priced}{inflated}. A person's "
        f"total is missing when any counted item is.{window}{given}{_discount(study)}"
    )


def _discount(study: Settings) -> str:
    years = study["horizon_years"] or max(study["times"].values(), default=0)
    if years <= 1:
        return " Nothing is discounted: the horizon is at most one year."
    rates = study["discount"]
    return (
        f" Yearly discount rates are {100 * rates['costs']:g}% for costs and "
        f"{100 * rates['effects']:g}% for effects."
    )


def _months(years: float) -> str:
    months = 12 * years
    return (
        f"{months:g} months" if abs(months - round(months)) < 1e-6 else f"{365.25 * years:.0f} days"
    )


def _outcomes(of: Material) -> tuple[str, str]:
    told = [_outcome(of, name, one) for name, one in of.study["effects"].items()]
    area = (
        " Areas are by the trapezium rule over the visits; the dead have value 0 from the date of "
        "death; a missing visit makes the area missing."
    )
    uses = any(one["from"] != "finished values" for one in of.study["effects"].values())
    return "Outcomes", " ".join(told) + (area if uses else "")


def _outcome(of: Material, name: str, settings: Settings) -> str:
    title, unit = sentence_case(of.effect_name(name)), printable(numbers.plural(settings["unit"]))
    if settings["from"] == "finished values":
        return f"{title}: one finished value per person, in {unit}."
    if settings["from"] == "utilities":
        return f"{title}: {unit} from utilities valued before this analysis."
    mapped = f" mapped by {printable(settings['mapping'])} and" if settings["mapping"] else ""
    capability = "[icecap]" if str(settings["instrument"]).startswith("ICECAP") else ""
    return (
        f"{title}: {printable(settings['instrument'])} answers{mapped} valued with "
        f"{printable(settings['value_set'])}{capability}, over time to {unit}."
    )


def _adjustment(study: Settings) -> tuple[str, str]:
    adjust = study["adjust"]
    changes = " and ".join(adjust.get("changes", ()))
    told = f" Changes from baseline in {changes} are compared (difference in differences)."
    changed = told if changes else ""
    if adjust["model"] == "none" or not (adjust["cost"] or adjust["effect"]):
        return "Adjustment", f"Arm means are not adjusted for covariates.{changed}"
    models = {
        "ols": "ordinary least squares, one regression an outcome",
        "sur": "seemingly unrelated regressions of cost and effect [willan]",
        "glm": f"{_glm(adjust)} of cost, standardised over everyone [barber]",
        "mixed": "a bivariate mixed model with random effects of clusters [gomes]",
    }
    cost = ", ".join(map(printable, adjust["cost"])) or "no covariate"
    effect = ", ".join(map(printable, adjust["effect"])) or "no covariate"
    manca = " [manca]" if "baseline_utility" in adjust["effect"] else ""
    return "Adjustment", (
        f"Arm means are adjusted by {models[adjust['model']]}: cost for {cost}; effect for "
        f"{effect}{manca}. Adjusted means are standardised over all people analysed.{changed}"
    )


def _glm(adjust: Settings) -> str:
    if adjust["family"] == "two_part":
        return "a two-part model (logistic for any cost, then gamma with link log)"
    kinds = {"gamma": "gamma", "poisson": "Poisson", "gaussian": "Gaussian"}
    return f"a {kinds[adjust['family']]} model with link {adjust['link']}"


def _confounding(of: Material) -> tuple[str, str]:
    """Nobody randomised: what was looked at besides, whether weighted or adjusted."""
    if of.table("unmeasured") is None:
        return "Confounding", ""
    return "Confounding", (
        "Arms were not made by chance. E-values say how strongly a confounder that nobody measured "
        "would have to be related to the arm and to net benefit to explain the difference away "
        "[vanderweele]."
    )


def _exposure(of: Material) -> tuple[str, str]:
    exposure = of.results.get("exposure")
    if exposure is None:
        return "Exposure", ""
    covariates = ", ".join(map(printable, exposure["covariates"]))
    return "Exposure", (
        f"Costs and effects by level of {printable(exposure['column'])}: people are weighted by "
        f"the density of their level over its density given {covariates} (generalised propensity "
        "score) [robins][imbens], and outcomes regressed on the level, its square and the same "
        "covariates; predictions are averaged over everyone. Both models are refitted in every "
        "replicate."
    )


def _weights(study: Settings) -> tuple[str, str]:
    weights = study["weights"]
    if weights["method"] == "none":
        return "Weights", ""
    kinds = {
        "iptw": "inverse probability weights (normalised) [austin]",
        "overlap": "overlap weights [li]",
        "aipw": "augmented inverse probability weighting [kreif]",
    }
    covariates = ", ".join(map(printable, weights["covariates"]))
    estimand = f" for the {weights['estimand']}" if weights["estimand"] else ""
    return "Weights", (
        f"People are weighted by {kinds[weights['method']]}{estimand} from a logistic model of the "
        f"arm on {covariates}, refitted in every replicate.{_limits(weights)}"
    )


def _limits(weights: Settings) -> str:
    said = ""
    if weights.get("trim") is not None:
        said += f" People whose propensity of an arm is below {weights['trim']:g} are left out."
    if weights.get("truncate") is not None:
        at = 100 * weights["truncate"]
        said += f" Weights above the {at:g}th percentile of their arm are set to it."
    return said + (" Weights are stabilised." if weights.get("stabilised") else "")


def _uncertainty(of: Material) -> tuple[str, str]:
    plan = of.study["uncertainty"]
    first = next(iter(of.datasets.values()))
    drawn = str(first.attrs.get("resample", plan["resample"]))
    ways = {
        "individuals": "people resampled with replacement within arms",
        "clusters": f"whole clusters ({of.labels.cluster}) resampled within arms [davison]",
        "two_stage": "a two-stage bootstrap of shrunken cluster means and individual residuals "
        "[davison][ng]",
        "bayesian": "the Bayesian bootstrap [rubin1981]",
    }
    kinds = {
        "t": "estimate plus or minus t standard errors",
        "percentile": "percentiles of the replicates",
        "bca": "bias-corrected and accelerated [efron]",
        "studentised": "studentised by the standard error of every replicate [davison]",
        "normal": "estimate plus or minus normal standard errors",
        "cr2": "estimate plus or minus t standard errors, with the bias-reduced error of clusters "
        "and Satterthwaite's degrees of freedom [bell]",
    }
    level = of.labels.interval
    kind = kinds[str(first.attrs.get("interval", "t"))]
    if drawn == "none":
        return "Uncertainty", f"Standard errors are analytic. The {level} is the {kind}."
    return "Uncertainty", (
        f"{plan['replicates']:,} replicates by {ways.get(drawn, drawn)} (seed {plan['seed']}); "
        f"every replicate repeats the whole estimation. The {level} is made of {kind}."
    )


def _decision() -> tuple[str, str]:
    many = " Expected value of perfect information is per person [claxton]."
    return "Decision", (
        "Incremental net benefit is willingness to pay times incremental effect minus incremental "
        "cost [stinnett]; the probability of being cost-effective is the share of replicates with "
        "the highest net benefit [fenwick]. The ratio's interval is Fieller's, and none is given "
        f"where it has no meaning.{many}"
    )
