"""Arms that are bands of a score, such as fidelity: ``arms: {high: {from: 70}}``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.columns import findings_by_value, missing_codes, numbers, tokens
from cpi_econ.study.config import Arm, Study
from cpi_econ.study.files import RawTable

_Check = Iterator[tuple[str, str, tuple[Any, ...]]]


def banded(study: Study) -> bool:
    """Whether any arm of a study is a band of a score."""
    return any(_is_band(arm) for arm in study.arms.values())


def band_slips(study: Study) -> _Check:
    """Code, message and key of bands that overlap, are empty, or stand beside codes.

    Parameters
    ----------
    study : Study
        A study file whose keys and values are well formed.
    """
    if not banded(study):
        return
    for name, arm in study.arms.items():
        if not _is_band(arm):
            message = "other arms are bands of a score; give this one from:, below: or both."
            yield "E007", message, ("arms", name)
        elif arm.code is not None:
            yield "E007", "give code: or a band (from:, below:), not both.", ("arms", name)
        elif _limits(arm)[0] >= _limits(arm)[1]:
            yield "E007", "from: must lie under below:.", ("arms", name)
    ordered = sorted(study.arms, key=lambda name: _limits(study.arms[name]))
    for one, two in itertools.pairwise(ordered):
        if _limits(study.arms[one])[1] > _limits(study.arms[two])[0]:
            message = f'overlaps the band of "{one}"; from: is inside a band, below: is not.'
            yield "E007", message, ("arms", two)


def arms_by_band(study: Study, raw: RawTable, people: pd.Series) -> tuple[pd.Series, list[Finding]]:
    """Arm of each participant by the score in the arm's column, and findings.

    Parameters
    ----------
    study : Study
    raw : RawTable
        The participants file.
    people : Series of str
        Identifiers, row by row.

    Returns
    -------
    Series of str
        NaN where there is no score.
    list of Finding
        ``E015`` no score, ``E019`` a score in no band, or a band without people.
    """
    column = study.data.participants.arm
    score, findings = numbers(raw, column, missing_codes(study.data.missing_codes, column))
    inside = {name: _inside(arm, score) for name, arm in study.arms.items()}
    known = score[score.notna()].index
    names = np.full(len(score), None, dtype=object)
    for name, flags in inside.items():
        names[flags.to_numpy()] = name
    arm = pd.Series(names, index=score.index)
    lost = people[score.isna() & people.notna()]
    if len(lost) and not findings:
        message = f"{len(lost)} participants have no score, so no arm; fill it in or leave the rows"
        place = Where(raw.name, int(lost.index[0]), column)
        findings.append(Finding("E015", f"{message} out.", place, tuple(lost)))
    told = "; ".join(f"{name} {_words(one)}" for name, one in study.arms.items())
    outside = tokens(raw.frame[column])[known][arm[known].isna()]
    findings += findings_by_value(
        raw, column, outside, "E019", lambda value: f"{value} lies in no band; bands are {told}."
    )
    absent = [name for name, flags in inside.items() if not flags.any()]
    if absent and not findings:
        message = f"nobody is in band {', '.join(absent)}; bands are {told}. Choose other limits."
        findings.append(Finding("E019", message, Where(raw.name, None, column)))
    return arm, findings


def _is_band(arm: Arm) -> bool:
    return arm.from_ is not None or arm.below is not None


def _limits(arm: Arm) -> tuple[float, float]:
    return (
        -math.inf if arm.from_ is None else arm.from_,
        math.inf if arm.below is None else arm.below,
    )


def _inside(arm: Arm, score: pd.Series) -> pd.Series:
    low, high = _limits(arm)
    return (score >= low) & (score < high)


def _words(arm: Arm) -> str:
    low = "" if arm.from_ is None else f"from {arm.from_:g}"
    high = "" if arm.below is None else f"below {arm.below:g}"
    return " to ".join(part for part in (low, high) if part)
