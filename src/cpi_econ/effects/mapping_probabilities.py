"""Response mappings between EQ-5D versions: probabilities of target levels for each state.

Van Hout 2012 gives the 3L level of a dimension from its 5L level alone; van Hout and Shaw 2021 an
ordered logit of each 5L dimension on all five 3L levels. Both multiply over dimensions, and the
mapped value is the expectation of any target set.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, Instrument, instrument
from cpi_econ.effects.value_set_file import read_yaml
from cpi_econ.paths import data_root

FloatArray = npt.NDArray[np.float64]

RESPONSE_MAPPINGS = ("van_hout_2012", "van_hout_2021")


@cache
def _written(mapping: str) -> dict[str, Any]:
    return read_yaml(data_root() / "tariffs" / "mappings" / f"{mapping}.yaml")


def mapping_versions(mapping: str) -> tuple[Instrument, Instrument]:
    """Instrument answered and instrument valued of a response mapping.

    Examples
    --------
    >>> [version.name for version in mapping_versions("van_hout_2012")]
    ['EQ-5D-5L', 'EQ-5D-3L']
    """
    written = _written(mapping)
    return instrument(written["from"]), instrument(written["to"])


@cache
def level_probabilities(mapping: str) -> FloatArray:
    """P(target level | source state), shape (n_source_states, 5, n_target_levels).

    Examples
    --------
    >>> level_probabilities("van_hout_2021").shape
    (243, 5, 5)
    """
    if _written(mapping)["form"] == "response_probabilities":
        return _from_own_level(mapping)
    return _ordered_logit(mapping)


def _source_levels(mapping: str) -> npt.NDArray[np.int64]:
    source = mapping_versions(mapping)[0]
    return source.levels_of(np.arange(source.n_states))


def _from_own_level(mapping: str) -> FloatArray:
    written = _written(mapping)["probabilities"]
    levels = _source_levels(mapping)
    by_level = np.array(
        [
            [[float(Fraction(str(p))) for p in written[name][level]] for level in written[name]]
            for name in EQ5D_DIMENSIONS
        ]
    )
    return np.stack([by_level[place, levels[:, place] - 1] for place in range(5)], axis=1)


def _ordered_logit(mapping: str) -> FloatArray:
    written = _written(mapping)["dimensions"]
    levels = _source_levels(mapping)
    probabilities = []
    for name in EQ5D_DIMENSIONS:
        terms = written[name]["levels"]
        shift = np.zeros(len(levels))
        for place, other in enumerate(EQ5D_DIMENSIONS):
            shift += np.array([0.0, 0.0, terms[other][2], terms[other][3]])[levels[:, place]]
        below = expit(np.array(written[name]["cuts"]) - shift[:, None])
        edges = np.hstack([np.zeros((len(levels), 1)), below, np.ones((len(levels), 1))])
        probabilities.append(np.diff(edges, axis=1))
    return np.stack(probabilities, axis=1)


def expected_values(mapping: str, target_values: FloatArray) -> FloatArray:
    """Expected target value of every source state, in the order of the source's states.

    Parameters
    ----------
    mapping : {"van_hout_2012", "van_hout_2021"}
        The response mapping.
    target_values : ndarray, shape (n_target_states,)
        Value of every state of the target version, in order.

    References
    ----------
    van Hout et al. (2012), doi:10.1016/j.jval.2012.02.008; van Hout and Shaw (2021),
    doi:10.1016/j.jval.2021.03.009.

    Examples
    --------
    >>> float(expected_values("van_hout_2012", np.ones(243)).round(12).min())
    1.0
    """
    probabilities = level_probabilities(mapping)
    k = probabilities.shape[2]
    expected = np.broadcast_to(target_values, (len(probabilities), len(target_values)))
    # One dimension at a time: the leading axis of the remaining cube is averaged out.
    for place in range(5):
        cube = expected.reshape(len(probabilities), k, -1)
        expected = np.einsum("sk,skr->sr", probabilities[:, place], cube)
    return np.ascontiguousarray(expected[:, 0])


def mapped_values(mapping: str, target_values: FloatArray) -> dict[str, float]:
    """Expected target value by source state."""
    states = mapping_versions(mapping)[0].states()
    return dict(zip(states, expected_values(mapping, target_values).tolist(), strict=True))
