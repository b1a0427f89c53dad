"""Probability cost-effective: against every arm, not only against the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]


def among_all(row: Values, chance: float) -> dict[str, Any]:
    """Row of a comparison with the probability that its arm is the best of all arms.

    Parameters
    ----------
    row : mapping
        ``probability`` of more net benefit than the reference, and its ``mcse``.
    chance : float
        Probability that the arm has the highest net benefit.

    Examples
    --------
    >>> row = among_all({"probability": 0.5, "mcse": 0.05}, 0.2)
    >>> row["probability"], round(row["mcse"], 3)
    (0.2, 0.04)
    """
    pair, error = row["probability"], row["mcse"]
    spread = pair * (1 - pair)
    same = math.sqrt(chance * (1 - chance) / spread) if spread > 0 and error else 0.0
    return {**row, "probability": chance, "mcse": error * same if same else None}


def cost_effective(block: Values, arm: str, row: Values) -> Values:
    """Row of a comparison at a reported threshold with the probability that the arm is the best.

    With two arms it is the row itself.

    Parameters
    ----------
    block : mapping
        An effect of ``results.json``.
    arm : str
    row : mapping
        One of the comparison's ``inmb``.
    """
    if len(block["comparisons"]) < 2:
        return row
    for one in block.get("thresholds") or ():
        if one["arm"] == arm and one["wtp"] == row["wtp"]:
            return among_all(row, one["probability"])
    return row
