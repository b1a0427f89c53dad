"""What a reader of the results must be told, with the numbers of the study at hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.icer import icer
from cpi_econ.decision.information import effective_population, evpi
from cpi_econ.decision.moments import is_exact
from cpi_econ.decision.monte_carlo import monte_carlo_error
from cpi_econ.errors import Finding


def decision_findings(
    replicates: xr.Dataset,
    report: Sequence[float] = (),
    *,
    population: Mapping[str, float] | None = None,
) -> list[Finding]:
    """Notes on direction, ratio, curve and Monte Carlo error.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    report : sequence of float
        Thresholds that the paper reports [currency / unit of effect].
    population : mapping, optional
        ``size`` a year, ``years`` and ``discount``, of those whose decision it is.

    Returns
    -------
    list of Finding
        ``N117`` direction of differences, ``N137`` or ``N138`` on the ratio, ``N139`` the curve at
        0, ``N144`` Monte Carlo error of each reported probability, ``N143`` the value of perfect
        information at the first threshold.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 9], [0, 11]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> [finding.code for finding in decision_findings(made, [20])]
    ['N117', 'N139', 'N144']
    """
    reference = replicates.attrs["reference"]
    others = [str(arm) for arm in replicates[ARM].values if arm != reference]
    findings = [Finding("N117", f"difference = {arm} minus {reference}.") for arm in others]
    for arm in others:
        findings += icer(replicates, arm).findings
    if not is_exact(replicates):
        findings += _curve_notes(replicates, others, report)
    if population is not None and len(report):
        findings.append(population_finding(replicates, report[0], **population))
    return findings


def population_finding(
    replicates: xr.Dataset, wtp: float, *, size: float, years: float, discount: float = 0.0
) -> Finding:
    """``N143``: the value of perfect information of a person and of the population, at a threshold.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    wtp : float
        Willingness to pay [currency / unit of effect].
    size, years, discount : float
        As in `effective_population`.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 9], [0, 11]], np.zeros((2, 2)) + [0, 1], arms=["a", "b"],
    ...                   reference="a")
    >>> population_finding(made, 10, size=100, years=1).message[:55]
    'EVPI 0.5 a person at 10; x 100 a year over 1 year at 0%'
    """
    each = float(evpi(replicates, [wtp])[0])
    whole = each * effective_population(size, years, discount=discount)
    amount = f"{each:,.0f}" if each >= 10 or each == 0 else f"{each:.2g}"
    return Finding(
        "N143",
        f"EVPI {amount} a person at {wtp:,.0f}; x {size:,.0f} a year over {years:g} "
        f"year{'' if years == 1 else 's'} at {100 * discount:g}% = {whole:,.0f}. Sampling "
        "uncertainty only; not confounding.",
    )


def _curve_notes(
    replicates: xr.Dataset, others: Sequence[str], report: Sequence[float]
) -> list[Finding]:
    findings = _at_zero(replicates, others)
    if not len(report):
        return findings
    best = ceac(replicates, np.asarray(report, dtype=float))
    for arm in others:
        for threshold in best["wtp"].values:
            share = best.sel({ARM: arm, "wtp": threshold}).to_numpy()
            chance = with_error(float(share), float(monte_carlo_error(replicates, share)))
            whose = f"{arm} " if len(others) > 1 else ""
            findings.append(
                Finding("N144", f"P({whose}cost-effective at {threshold:,.0f}) = {chance}.")
            )
    return findings


def _at_zero(replicates: xr.Dataset, others: Sequence[str]) -> list[Finding]:
    """``N139``: what the acceptability curve at 0 is, with its value."""
    curve = ceac(replicates, [0.0]).isel(wtp=0)
    if len(others) == 1:
        value = float(curve.sel({ARM: others[0]}))
        return [Finding("N139", f"CEAC at 0 = {value:.2f} = share of draws that save money.")]
    return [
        Finding(
            "N139",
            f"CEAC of {arm} at 0 = {float(curve.sel({ARM: arm})):.2f} = share of draws in which "
            f"{arm} is cheapest.",
        )
        for arm in others
    ]


def with_error(probability: float, error: float) -> str:
    """Probability with the digits that its Monte Carlo error supports, and that error.

    Parameters
    ----------
    probability, error : float

    Examples
    --------
    >>> with_error(0.6093, 0.01091), with_error(1.0, 0.0)
    ('0.61 (Monte Carlo SE 0.011)', '1.00 (Monte Carlo SE 0.000)')
    """
    places = 2 if error <= 0 else max(2, -math.floor(math.log10(error)))
    return f"{probability:.{places}f} (Monte Carlo SE {error:.{places + 1}f})"
