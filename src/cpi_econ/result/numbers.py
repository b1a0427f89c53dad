"""Numbers as they are written: 12 significant digits, the same on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np

_DIGITS = 12


def number(value: Any) -> float | int | None:
    """Number as it is written: 12 significant digits, whole numbers without a point.

    Examples
    --------
    >>> number(0.1 + 0.2), number(20000.0), number(float("nan"))
    (0.3, 20000, None)
    """
    if value is None or not np.isfinite(value):
        return None
    rounded = float(f"{float(value):.{_DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def numbers(values: Any) -> list[float | int | None]:
    """Numbers of an array as they are written."""
    return [number(value) for value in np.asarray(values, dtype=float).tolist()]
