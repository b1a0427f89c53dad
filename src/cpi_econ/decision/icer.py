"""Incremental cost-effectiveness ratio: a number where it means something, else a word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM, plural
from cpi_econ.decision.incremental import quadrants
from cpi_econ.decision.moments import Increments, chosen_interval, differences
from cpi_econ.errors import EstimationError, Finding, stop
from cpi_econ.kernels.intervals import critical_value, fieller


@dataclass(frozen=True, slots=True)
class Icer:
    """Cost per unit of effect of an arm against the reference.

    Parameters
    ----------
    value : float or None
        Difference in cost over difference in effect, None where no number would mean anything.
    reason : str or None
        Why there is no number: ``dominant``, ``dominated``, ``equal effects``, ``equal costs`` or
        ``no difference``.
    statement : str
        The answer in words.
    lower, upper : float or None
        Fieller interval, None where it is not an interval.
    method : str
        How the interval is made.
    quadrants : dict
        Share of replicates in each quadrant.
    findings : tuple of Finding
        Notes for the report (``N137``, ``N138``).
    """

    value: float | None
    reason: str | None
    statement: str
    lower: float | None
    upper: float | None
    method: str
    quadrants: dict[str, float]
    findings: tuple[Finding, ...] = ()


def icer(
    replicates: xr.Dataset,
    arm: str | None = None,
    *,
    interval: str | None = None,
    level: float = 0.95,
) -> Icer:
    """Incremental cost-effectiveness ratio of one arm against the reference.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    arm : str, optional
        Arm to be compared; needed with more than two arms.
    interval : {"t", "cr2", "percentile", "normal"}, optional
        Critical value of Fieller's interval: t with the replicates' degrees of freedom, or with
        those of the sandwich for net benefit at the estimated ratio, else normal.
    level : float
        Confidence level.

    Returns
    -------
    Icer

    Raises
    ------
    EstimationError
        ``E086`` an arm that is none, or no arm named where there are several.

    Notes
    -----
    The ratio of the estimates, never a mean or percentile of ratios: those have no moments and mix
    quadrants. The interval is Fieller's, and only where it is bounded, that is where the interval
    of the difference in effect leaves out 0, and where all replicates lie on one side of 0 in
    effect: draws of either sign hold ratios that mean opposite things.

    References
    ----------
    Fieller (1954), doi:10.1111/j.2517-6161.1954.tb00159.x; Stinnett, Mullahy (1997),
    doi:10.1177/0272989X9701700111

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 90], [0, 110]], [[0, 1], [0, 3]], arms=["low", "high"],
    ...                   reference="low", currency="GBP", effect_unit="QALY")
    >>> icer(made).statement
    'high costs GBP 50 more per QALY gained than low'
    """
    kind = chosen_interval(replicates, interval, level)
    inc = differences(replicates, kind)
    number = arm_position(inc, arm)
    shares = quadrants(replicates).sel({ARM: inc.arms[number]})
    split = {
        str(name): float(share)
        for name, share in zip(shares["quadrant"].values, shares.values, strict=True)
    }
    cost, effect = float(inc.cost_hat[number]), float(inc.effect_hat[number])
    reason = _reason(cost, effect)
    statement = _statement(cost, effect, inc.arms[number], replicates.attrs)
    if reason is not None:
        note = Finding("N138", f"{_in_words(cost, effect, inc.arms[number], replicates.attrs)}.")
        return Icer(None, reason, statement, None, None, "fieller", split, (note,))
    found = fieller(
        cost,
        effect,
        (float(inc.var_cost[number]), float(inc.var_effect[number])),
        float(inc.cov[number]),
        critical_value(level, inc.ratio_df(number)),
    )
    sides = np.sign(inc.effect[:, number])
    one_side = inc.exact or bool(abs(sides.sum()) == len(sides))
    if found.kind == "bounded" and one_side:
        return Icer(cost / effect, None, statement, found.lower, found.upper, "fieller", split)
    note = Finding("N137", no_interval(split))
    return Icer(cost / effect, None, statement, None, None, "fieller", split, (note,))


def no_interval(shares: dict[str, float]) -> str:
    """Text of ``N137``: why no interval is given, with the quadrant shares.

    Parameters
    ----------
    shares : dict
        Share of replicates in each quadrant.

    Examples
    --------
    >>> no_interval({"NE": 0.5, "SE": 0.5, "SW": 0.0, "NW": 0.0})
    'draws fall in 2 quadrants (NE 50, SE 50%). No interval is given for the ICER; see net benefit.'
    """
    held = {name: shares[name] for name in ("NE", "SE", "NW", "SW") if shares[name] > 0}
    listing = ", ".join(f"{name} {100 * share:.0f}" for name, share in held.items())
    plural = "quadrant" if len(held) == 1 else "quadrants"
    return (
        f"draws fall in {len(held)} {plural} ({listing}%). No interval is given for the ICER; see "
        "net benefit."
    )


def arm_position(inc: Increments, arm: str | None) -> int:
    """Place of an arm among those compared with the reference.

    Parameters
    ----------
    inc : Increments
    arm : str, optional
        May be left out where there is only one.

    Raises
    ------
    EstimationError
        ``E086`` an arm that is none, or no arm named where there are several.
    """
    if arm is None and len(inc.arms) == 1:
        return 0
    if arm not in inc.arms:
        listing = ", ".join(inc.arms)
        asked = "name an arm" if arm is None else f'"{arm}" is not compared with the reference'
        stop(EstimationError, "E086", f"{asked}; arms are {listing}.")
    return inc.arms.index(arm)


def _reason(cost: float, effect: float) -> str | None:
    if cost == 0.0 and effect == 0.0:
        return "no difference"
    if effect == 0.0:
        return "equal effects"
    if cost == 0.0:
        return "equal costs"
    if (cost < 0) == (effect > 0):
        return "dominant" if effect > 0 else "dominated"
    return None


def _statement(cost: float, effect: float, arm: str, attrs: dict[str, object]) -> str:
    reference, unit = attrs["reference"], attrs.get("effect_unit") or "unit of effect"
    reason = _reason(cost, effect)
    if reason == "no difference":
        return f"{arm} and {reference} do not differ in cost or effect"
    if reason == "equal effects":
        way = "more" if cost > 0 else "less"
        return f"{arm} costs {_money(abs(cost), attrs)} {way} than {reference} for the same effect"
    if reason == "equal costs":
        way = "more" if effect > 0 else "less"
        return f"{arm} gives {abs(effect):.4g} {unit} {way} than {reference} at the same cost"
    if reason is not None:
        return (
            f"{arm} dominates {reference}" if effect > 0 else f"{arm} is dominated by {reference}"
        )
    ratio = _money(cost / effect, attrs)
    if effect > 0:
        return f"{arm} costs {ratio} more per {unit} gained than {reference}"
    return f"{arm} saves {ratio} per {unit} lost against {reference}"


def _in_words(cost: float, effect: float, arm: str, attrs: dict[str, object]) -> str:
    """Text of ``N138``: where the arm lies, and the word that stands in place of a ratio."""
    reason = _reason(cost, effect)
    if reason not in ("dominant", "dominated"):
        return f"{_statement(cost, effect, arm, attrs)}: {reason}. No ICER"
    units = plural(str(attrs.get("effect_unit") or "units of effect"))
    way = (
        f"costs less and gives more {units}"
        if effect > 0
        else f"costs more and gives fewer {units}"
    )
    return f"{arm} {way}: {reason}. No ICER"


def _money(amount: float, attrs: dict[str, object]) -> str:
    digits = f"{amount:,.0f}" if amount >= 10 else f"{amount:.3g}"
    return f"{attrs.get('currency') or ''} {digits}".strip()
