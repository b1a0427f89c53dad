"""Options of the bootstrap: defaults, and which of them fit together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from cpi_econ.errors import EstimationError, Finding, raise_all, stop
from cpi_econ.kernels.glm import Link
from cpi_econ.uncertainty.analysis import Errors, Family, Model, Resample
from cpi_econ.uncertainty.checks import check_choice
from cpi_econ.uncertainty.design import Adjust, covariate_names
from cpi_econ.uncertainty.missing import Missing
from cpi_econ.uncertainty.propensity import Estimand, Weighting


def defaults(
    resample: Resample | None,
    model: Model | None,
    cluster: str | None,
    adjust: Adjust | None,
    missing: str | None = None,
) -> tuple[Resample, Model]:
    """What is resampled and how it is modelled where nothing was said.

    With clusters the draws are two-stage, whose intervals came nearest to their level when
    coverage was measured (docs/methods/coverage.md), or of whole clusters under models and ways
    with missing values that two-stage draws cannot carry.

    Examples
    --------
    >>> defaults(None, None, "agency", {"cost": ["age"]})
    ('two_stage', 'sur')
    """
    chosen: Model = model or ("sur" if covariate_names(adjust) else "none")
    carried = chosen in ("none", "ols", "sur") and missing in (None, "complete_cases", "impute")
    draws: Resample = "two_stage" if carried else "clusters"
    return resample or (draws if cluster else "individuals"), chosen


def check_options(
    resample: str,
    model: str,
    missing: str | None,
    n_replicates: int,
    jobs: int,
) -> None:
    """Raise ``EstimationError`` for an option that is unknown, not there yet, or does not fit.

    Raises
    ------
    EstimationError
        ``E005`` not available in this version, ``E071`` unknown or not fitting another option.
    """
    check_choice("resample", resample, get_args(Resample), ())
    check_choice("model", model, get_args(Model), ())
    if model == "glm" and resample == "two_stage":
        message = (
            "resample two_stage redraws residuals, which model glm does not have; use clusters."
        )
        stop(EstimationError, "E071", message)
    if missing is not None:
        check_choice("missing", missing, get_args(Missing), ())
    if missing == "available_cases" and (model == "sur" or resample == "two_stage"):
        message = (
            "available cases give cost and effect on different people, so neither model sur nor "
            "resample two_stage can join them; use model ols or none, and resample clusters or "
            "individuals."
        )
        stop(EstimationError, "E071", message)
    if missing == "inverse_probability" and resample == "two_stage":
        message = (
            "weights for missing outcomes have no residuals to redraw by two_stage; use clusters."
        )
        stop(EstimationError, "E071", message)
    if model == "mixed" and resample == "two_stage":
        message = (
            "resample two_stage redraws residuals with the likeness of clusters taken out, which "
            "model mixed would estimate anew; use clusters, or model ols or sur."
        )
        stop(EstimationError, "E071", message)
    if model == "mixed" and missing in ("available_cases", "inverse_probability"):
        message = (
            f"model mixed cannot use {missing}; use complete_cases or impute, or model ols or glm."
        )
        stop(EstimationError, "E071", message)
    for name, value in (("n_replicates", n_replicates), ("jobs", jobs)):
        if value < 1:
            stop(EstimationError, "E071", f"{name} is {value}; it must be 1 or more.")


def check_family(family: str, link: str) -> None:
    """Raise ``EstimationError`` (``E071``) for a family or link that is unknown or does not fit.

    Parameters
    ----------
    family : {"gamma", "poisson", "two_part", "gaussian"}
    link : {"log", "identity"}
    """
    check_choice("family", family, get_args(Family), ())
    check_choice("link", link, get_args(Link), ())
    if link == "identity" and family not in ("gamma", "gaussian"):
        message = f"link identity is for family gamma or gaussian, not {family}; use link log."
        stop(EstimationError, "E071", message)


def check_errors(errors: str, resample: Resample, model: Model, cluster: str | None) -> None:
    """Raise ``EstimationError`` (``E071``) for an analytic error or a cluster that does not fit.

    Parameters
    ----------
    errors : {"CR1", "CR2"}
    resample : {"individuals", "clusters", "two_stage", "bayesian", "none"}
    model : str
    cluster : str, optional
    """
    check_choice("errors", errors, get_args(Errors), ())
    if model == "mixed" and cluster is None:
        stop(EstimationError, "E071", "model mixed needs the column of the cluster.")
    if errors == "CR1":
        return
    if resample != "none" or cluster is None:
        stop(EstimationError, "E071", "errors CR2 needs resample none and a cluster.")
    if model not in ("none", "ols", "sur"):
        message = f"errors CR2 is for least squares, not for model {model}; use ols or sur."
        stop(EstimationError, "E071", message)


def check_weights(
    weights: str, estimand: str, propensity: Sequence[str], model: Model = "none"
) -> None:
    """Raise ``EstimationError`` (``E071``, ``E076``) for weights that do not fit together."""
    check_choice("weights", weights, get_args(Weighting), ())
    check_choice("estimand", estimand, get_args(Estimand), ())
    findings = []
    if (weights == "none") != (len(propensity) == 0):
        message = f"weights are {weights} with {len(propensity)} covariates of the propensity model"
        findings.append(Finding("E071", f"{message}; give both or neither."))
    if weights != "none" and model == "mixed":
        findings.append(Finding("E071", "model mixed takes no weights; use ols, sur or glm."))
    if isinstance(propensity, str):
        findings.append(Finding("E076", f"propensity is {propensity!r}; write a list of columns."))
    if weights in ("none", "overlap") and estimand != "ATE":
        message = f"estimand {estimand} is for iptw and aipw; weights {weights} have their own."
        findings.append(Finding("E071", message))
    raise_all(findings, EstimationError)


def adjusted_for(model: Model, adjust: Adjust | None) -> list[str]:
    """Covariates of the outcome models.

    Raises
    ------
    EstimationError
        ``E071`` covariates for a model that takes none, ``E076``.

    Examples
    --------
    >>> adjusted_for("ols", {"cost": ["age"]})
    ['age']
    """
    covariates = covariate_names(adjust)
    if covariates and model == "none":
        stop(EstimationError, "E071", "model none takes no covariates; use sur or ols.")
    return covariates


def target_arm(order: Sequence[str], reference: str, estimand: Estimand) -> str | None:
    """Arm whose people are the target population, None for everybody.

    Parameters
    ----------
    order : sequence of str
        All arms.
    reference : str
    estimand : {"ATE", "ATT", "ATC"}

    Raises
    ------
    EstimationError
        ``E071`` ATT with more than two arms.

    Examples
    --------
    >>> target_arm(["low", "high"], "low", "ATT"), target_arm(["low", "high"], "low", "ATE")
    ('high', None)
    """
    others = [arm for arm in order if arm != reference]
    if estimand == "ATT" and len(others) > 1:
        message = "estimand ATT has no single arm here; use ATE, ATC or overlap weights."
        stop(EstimationError, "E071", message)
    return {"ATE": None, "ATT": others[0], "ATC": reference}[estimand]
