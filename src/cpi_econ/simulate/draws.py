"""Seeded draws that are the same on every machine and with every version of numpy.

Only uniforms come from the generator; everything else is a transformation of them, because
numpy may change the algorithms behind its other distributions between versions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def stream(seed: int, subject: str) -> np.random.Generator:
    """Generator of one subject, so that a change in one leaves the others as they were.

    Examples
    --------
    >>> bool(stream(1, "people").random() == stream(1, "people").random())
    True
    """
    return np.random.Generator(np.random.PCG64([seed, *subject.encode()]))


def normal(rng: np.random.Generator, *shape: int) -> Floats:
    """Standard normal draws by inversion of uniforms, of the given shape."""
    draws: Floats = special.ndtri(rng.random(shape).clip(1e-12, 1 - 1e-12))
    return draws


def largest(score: Floats, count: int) -> Flags:
    """Flags of the ``count`` largest scores; an exact number whatever the scores.

    Examples
    --------
    >>> largest(np.array([0.2, 0.9, 0.5]), 2).tolist()
    [False, True, True]
    """
    flags = np.zeros(len(score), dtype=np.bool_)
    flags[np.argsort(-score, kind="stable")[:count]] = True
    return flags


def levels(latent: Floats, cuts: tuple[float, ...]) -> NDArray[np.int64]:
    """Ordered levels 1, 2, ... of a latent value: 1 below the first cut.

    Examples
    --------
    >>> levels(np.array([-1.0, 0.1, 3.0]), (0.0, 1.0)).tolist()
    [1, 2, 3]
    """
    return np.searchsorted(np.asarray(cuts), latent).astype(np.int64) + 1
