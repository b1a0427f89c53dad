"""Recall windows: from what a form asked about to the period that the analysis covers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

from cpi_econ.errors import Finding, Where

Scale = Literal["linear", "interpolate", "none"]
_SAME = 1e-9


def periods(times: Mapping[str, float], scale: Scale, horizon: float | None) -> dict[str, float]:
    """Years of the analysis period that each form stands for.

    Parameters
    ----------
    times : mapping
        Name to years since the start, in order; the first is the baseline.
    scale : {"linear", "interpolate", "none"}
        ``linear``: a form stands for the time since the form before it. ``interpolate``: the
        rate of use runs straight from form to form, so each stands for half of both gaps beside
        it (trapezium rule).
    horizon : float or None
        End of the analysis in years; default the last time.

    Returns
    -------
    dict
        Name to years. Under ``linear`` and ``none`` the baseline stands for 0 years.

    Examples
    --------
    >>> periods({"baseline": 0, "month_3": 0.25, "month_9": 0.75}, "linear", None)
    {'baseline': 0.0, 'month_3': 0.25, 'month_9': 0.5}
    >>> periods({"baseline": 0, "month_3": 0.25, "month_9": 0.75}, "interpolate", None)
    {'baseline': 0.125, 'month_3': 0.375, 'month_9': 0.25}
    """
    names = list(times)
    end = times[names[-1]] if horizon is None else horizon
    weights = dict.fromkeys(names, 0.0)
    for before, after in pairwise(names):
        share_before, share_after = _segment(times[before], times[after], end, scale)
        weights[before] += share_before
        weights[after] += share_after
    return weights


def _segment(start: float, stop: float, end: float, scale: Scale) -> tuple[float, float]:
    inside = max(0.0, min(stop, end) - start)
    if scale != "interpolate":
        return 0.0, inside
    late = inside / (stop - start) / 2 * inside  # straight line cut off at the horizon
    return inside - late, late


def recall_of(recall: float | Mapping[str, float], time: str) -> float | None:
    """Recall in years of one form; None when it is not stated.

    Examples
    --------
    >>> recall_of({"month_9": 0.25}, "baseline") is None
    True
    """
    if isinstance(recall, Mapping):
        value = recall.get(time)
        return None if value is None else float(value)
    return float(recall)


def recall_factors(
    times: Mapping[str, float],
    recall: float | Mapping[str, float] | None,
    scale: Scale,
    horizon: float | None,
) -> dict[str, tuple[float, bool]]:
    """Factor of each form, and whether its lines count in the total.

    Parameters
    ----------
    times : mapping
        Name to years, in order; the first is the baseline.
    recall : float, mapping or None
        Years that a form asks about, for all or by time.
    scale : {"linear", "interpolate", "none"}
        See ``periods``; ``none`` takes each form as it stands.
    horizon : float or None
        End of the analysis in years.

    Returns
    -------
    dict
        Name to ``(factor, counts)``. A line that does not count keeps factor 1, so that it can
        be read as the cost over the recall period.

    Examples
    --------
    >>> recall_factors({"baseline": 0, "month_9": 0.75}, 0.25, "linear", None)
    {'baseline': (1.0, False), 'month_9': (3.0, True)}
    """
    stood_for = periods(times, scale, horizon)
    factors: dict[str, tuple[float, bool]] = {}
    for position, (name, years) in enumerate(stood_for.items()):
        counts = scale == "interpolate" or position > 0
        window = None if recall is None else recall_of(recall, name)
        scaled = counts and scale != "none" and window is not None
        factors[name] = (years / window if scaled and window else 1.0, counts)
    return factors


def check_windows(
    times: Mapping[str, float],
    recall: float | Mapping[str, float] | None,
    scale: Scale | None,
    horizon: float | None,
    file: str | None = None,
) -> list[Finding]:
    """List what recall windows leave open: no recall stated, gaps and overlaps.

    Parameters
    ----------
    times : mapping
        Name to years, in order.
    recall : float, mapping or None
        Years asked about.
    scale : {"linear", "interpolate", "none"} or None
        None when the study has not chosen.
    horizon : float or None
        End of the analysis in years.
    file : str, optional
        File shown in the findings.

    Returns
    -------
    list of Finding
        ``E110`` a window that is not the period while no scale is chosen, or a scale without a
        window; ``W111`` months covered by no form or by two.
    """
    findings: list[Finding] = []
    names = list(times)
    end = times[names[-1]] if horizon is None else horizon
    for before, name in pairwise(names):
        period = max(0.0, min(times[name], end) - times[before])
        window = None if recall is None else recall_of(recall, name)
        findings += _check_window(name, times[before], period, window, scale, file)
    if end > times[names[-1]] + _SAME:
        findings.append(_uncovered(times[names[-1]], end, "and nothing is added for it", file))
    return findings


def _check_window(
    name: str,
    start: float,
    period: float,
    window: float | None,
    scale: Scale | None,
    file: str | None,
) -> list[Finding]:
    if window is None or window <= 0:
        if scale == "none":
            return []
        said = "not stated" if window is None else f"{window * 12:g} months"
        return [
            Finding(
                "E110",
                f"recall at {name} is {said} and the period is {period * 12:g} months. "
                "State the recall, or choose scale: none.",
                Where(file),
            )
        ]
    if abs(window - period) <= 1e-6 * max(window, period):
        return []
    if scale is None:
        return [
            Finding(
                "E110",
                f"recall at {name} is {window * 12:g} months but the period is "
                f"{period * 12:g}. Choose scale: linear (x{period / window:.4g}), interpolate, "
                "or none.",
                Where(file),
            )
        ]
    if window > period:
        return [
            Finding(
                "W111",
                f"the form at {name} asks about {window * 12:g} months and only "
                f"{period * 12:g} have passed since the form before: months "
                f"{(start + period - window) * 12:g}-{start * 12:g} are covered twice.",
                Where(file),
            )
        ]
    assumed = {
        "linear": "use there is taken to be at the same rate",
        "interpolate": "use there is interpolated between the forms",
        "none": "use there is left out",
    }[scale]
    return [_uncovered(start, start + period - window, f"{assumed} (scale: {scale})", file)]


def _uncovered(start: float, stop: float, assumed: str, file: str | None) -> Finding:
    return Finding(
        "W111",
        f"months {start * 12:g}-{stop * 12:g} of follow-up are covered by no service-use form; "
        f"{assumed}.",
        Where(file),
    )
