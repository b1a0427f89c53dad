"""How uncertain a study is today: as drawn, as its people vary, or as its interval says."""

from __future__ import annotations

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM, COST, EFFECT, REPLICATE
from cpi_econ.decision.information import evpi
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.next_study import mean_covariance
from cpi_econ.decision.sandwich import stored_sandwich, with_sandwich
from cpi_econ.errors import EstimationError, Finding, stop
from cpi_econ.evaluation.pilot import Pilot
from cpi_econ.kernels.resample import FloatArray

UNCERTAINTY = ("replicates", "people", "interval")


def present(replicates: xr.Dataset, known: Pilot | None, uncertainty: str) -> xr.Dataset:
    """Replicates of what is known today.

    Parameters
    ----------
    replicates : Dataset
    known : Pilot or None
        None where only results are at hand.
    uncertainty : {"replicates", "people", "interval"}
        As drawn; normal, spread as people and clusters vary; or normal, spread as the interval
        ``cr2`` says.

    Raises
    ------
    EstimationError
        ``E095`` another word, ``people`` without them, or ``interval`` without a sandwich.
    """
    if uncertainty not in UNCERTAINTY:
        message = f"uncertainty is {uncertainty!r}; use {', '.join(UNCERTAINTY)}."
        stop(EstimationError, "E095", message)
    if uncertainty == "people" and known is None:
        message = "uncertainty people needs the participants; name the study file, not its results."
        stop(EstimationError, "E095", message)
    if uncertainty == "people" and known is not None:
        return normal_replicates(replicates, known)
    return replicates if uncertainty == "replicates" else sandwich_replicates(replicates)


def normal_replicates(replicates: xr.Dataset, known: Pilot, *, seed: int = 1) -> xr.Dataset:
    """Replicates of the same estimates, spread as the pilot's people and clusters vary.

    Parameters
    ----------
    replicates : Dataset
        Whose estimates, arms and number are kept.
    known : Pilot
    seed : int
        Of the draws.

    Returns
    -------
    Dataset
        With an analytic covariance of independent arms, so that curves and values are exact.
    """
    arms = [str(arm) for arm in replicates[ARM].values]
    parts = [mean_covariance(known.study, known.variation, arm) for arm in arms]
    whole = np.zeros((2 * len(arms), 2 * len(arms)))
    for at, part in enumerate(parts):
        places = [at, at + len(arms)]
        whole[np.ix_(places, places)] = part
    return _normal(replicates, whole, seed)


def sandwich_replicates(replicates: xr.Dataset, *, seed: int = 1) -> xr.Dataset:
    """Replicates of the same estimates, spread as the sandwich of interval ``cr2`` says.

    Parameters
    ----------
    replicates : Dataset
        With a sandwich.
    seed : int
        Of the draws.

    Raises
    ------
    EstimationError
        ``E095`` replicates without one.
    """
    sandwich = stored_sandwich(replicates)
    if sandwich is None:
        message = (
            "uncertainty interval is that of interval cr2, which needs clusters and least squares "
            "on whole data; use people."
        )
        stop(EstimationError, "E095", message)
    return _normal(replicates, sandwich.covariance, seed)


def _normal(replicates: xr.Dataset, cov: FloatArray, seed: int) -> xr.Dataset:
    """Normal draws around the estimates with a covariance of costs, then effects, by arm."""
    count, cut = replicates.sizes[REPLICATE], replicates.sizes[ARM]
    scale = np.sqrt(np.clip(np.diagonal(cov), 0.0, None))
    scale[scale == 0] = 1.0
    rng = np.random.default_rng(seed)
    drawn = scale * rng.multivariate_normal(
        np.zeros(2 * cut), cov / np.outer(scale, scale), size=count
    )
    blocks = {"cost": drawn[:, :cut], "effect": drawn[:, cut:]}
    parts = {
        name: ((REPLICATE, ARM), replicates[f"{name}_hat"].to_numpy() + blocks[name])
        for name in (COST, EFFECT)
    }
    pairs = {"cost_cost": (0, 0), "cost_effect": (0, cut), "effect_effect": (cut, cut)}
    for name, (row, column) in pairs.items():
        part = cov[row : row + cut, column : column + cut]
        parts[f"cov_{name}"] = ((ARM, f"{ARM}_"), part)
    bare = with_sandwich(replicates, None)
    return bare.assign(parts).assign_attrs(resample="none", interval="normal")


def spread_findings(replicates: xr.Dataset, known: Pilot, wtp: float) -> list[Finding]:
    """Warning where replicates spread otherwise than people, or the interval, say they should.

    Parameters
    ----------
    replicates : Dataset
    known : Pilot
    wtp : float
        Threshold at which net benefits are compared.

    Returns
    -------
    list of Finding
        ``W091`` with the value of perfect information each way; nothing where the standard errors
        are within a quarter of each other for every arm.
    """
    others = {
        "people and clusters as they vary here": ("people", normal_replicates(replicates, known))
    }
    if stored_sandwich(replicates) is not None:
        others["interval cr2"] = ("interval", sandwich_replicates(replicates))
    seen = _errors(replicates, wtp)
    ratios = {name: seen / _errors(one, wtp) for name, (_, one) in others.items()}
    far = np.array([np.abs(np.log(np.clip(one, 1e-12, 1e12))) for one in ratios.values()])
    if not np.isfinite(far).all() or (far <= np.log(1.25)).all():
        return []
    worst = int(far.max(axis=0).argmax())
    errors = "".join(
        f"; that of {name} is {seen[worst] / ratios[name][worst]:,.0f}" for name in others
    )
    values = ", ".join(
        f"{float(evpi(one, [wtp])[0]):,.0f} with --uncertainty {word}"
        for word, one in others.values()
    )
    message = (
        f"the replicates' standard error of the net benefit at {wtp:,.0f} is {seen[worst]:,.0f}"
        f"{errors}. Value of information follows the replicates: EVPI is "
        f"{float(evpi(replicates, [wtp])[0]):,.0f} a person, {values}."
    )
    return [Finding("W091", message)]


def _errors(replicates: xr.Dataset, wtp: float) -> FloatArray:
    table = inmb_intervals(replicates, [wtp], interval="normal")
    found: FloatArray = table["se"].isel(wtp=0).to_numpy()
    return np.where(found > 0, found, np.nan)
