"""Missing outcomes that are not like the others: as in the reference arm, and tipping points."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from cpi_econ.kernels.chained import Target, chained
from cpi_econ.kernels.copies import Copies
from cpi_econ.kernels.pools import IntArray
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.uncertainty.arm_chains import ArmChain
from cpi_econ.uncertainty.imputation_plan import ImputationPlan


def as_in_reference(
    parts: Sequence[FloatArray],
    chains: Sequence[ArmChain],
    copies: Sequence[Copies],
    reference: int,
    outcomes: Collection[str],
    plan: ImputationPlan,
    rng: np.random.Generator,
) -> None:
    """Replace imputed outcomes of the other arms by values as in the reference arm, in place.

    Parameters
    ----------
    parts : sequence of arrays, shape (replicates, columns, slots)
        Each arm completed at random within arm.
    chains : sequence of ArmChain
    copies : sequence of Copies
    reference : int
        Number of the reference arm.
    outcomes : collection of str
        Targets measured after baseline.
    plan : ImputationPlan
        With ``assumption``.
    rng : Generator
        Random stream.

    Notes
    -----
    Each missing outcome is matched to people of the reference arm, by the reference arm's
    regressions. Under ``copy_reference`` a person's own known outcomes enter as they are; under
    ``jump_to_reference`` what enters is their distance from the person's own arm's mean, added to
    that of the reference arm: the person keeps the rank held so far and goes on as the reference
    arm does.

    References
    ----------
    Carpenter, Roger, Kenward (2013), doi:10.1080/10543406.2013.834911
    """
    base = parts[reference]
    for arm, (part, chain) in enumerate(zip(parts, chains, strict=True)):
        chosen = [n for n, name in enumerate(chain.names) if name in outcomes]
        if arm == reference or not chosen:
            continue
        targets = [_narrow(chain.targets[n], base.shape[1]) for n in chosen]
        own = part.copy()
        if plan.assumption == "jump_to_reference":
            _shift(own, copies[arm], base, copies[reference], _measured(chain, outcomes))
        known = [_known_at(chains[reference], copies[reference], t.match) for t in targets]
        mine = chain.known[chosen][:, copies[arm].person].transpose(1, 0, 2)
        weight = np.concatenate([copies[reference].weight, copies[arm].weight], axis=1)
        fit = np.concatenate([copies[reference].weight, np.zeros_like(copies[arm].weight)], axis=1)
        made = chained(
            np.concatenate([base, own], axis=2),
            np.concatenate([np.stack(known, axis=1), mine], axis=2),
            weight,
            tuple(targets),
            rng,
            cycles=plan.cycles,
            k=plan.k,
            fit=fit,
        )[:, :, base.shape[2] :]
        for target, here in zip(targets, mine.transpose(1, 0, 2), strict=True):
            column = part[:, target.match]
            part[:, target.match] = np.where(here, column, made[:, target.match])


def carry_last_means(
    part: FloatArray,
    chain: ArmChain,
    drawn: Copies,
    places: IntArray,
    units: tuple[FloatArray, FloatArray],
) -> None:
    """Move imputed visits to the arm's mean at the person's last known visit, in place.

    Parameters
    ----------
    part : array, shape (replicates, columns, slots)
        One arm completed at random within arm.
    chain : ArmChain
    drawn : Copies
    places : integer array
        Columns of the visits, in order of time.
    units : tuple of two arrays, shape (columns,)
        What was taken out of each column: mean and standard deviation.

    Notes
    -----
    From the last known visit on, the mean stays where it was; what sets the person apart from that
    mean is as imputed at random. Nobody known at no visit is moved.

    References
    ----------
    Carpenter, Roger, Kenward (2013), doi:10.1080/10543406.2013.834911
    """
    location, scale = (unit[places] for unit in units)
    known = np.stack([_known_at(chain, drawn, place) for place in places], axis=1)
    visit = np.arange(len(places))[:, None]
    last = np.maximum.accumulate(np.where(known, visit, -1), axis=1)
    means = _means(part, drawn, places) * scale + location
    there = np.take_along_axis(means[:, :, None], np.maximum(last, 0), axis=1)
    shift = np.where(known | (last < 0), 0.0, there - means[:, :, None])
    part[:, places] += shift / scale[:, None]


def _narrow(target: Target, width: int) -> Target:
    """The target without its arm's cluster terms, which the other arm does not have."""
    kept = target.regressors < width
    return target._replace(regressors=target.regressors[kept], penalty=target.penalty[kept])


def _measured(chain: ArmChain, outcomes: Collection[str]) -> IntArray:
    """Encoded columns of all outcomes."""
    return np.array([n for n, name in enumerate(chain.columns) if name in outcomes], dtype=np.intp)


def _shift(
    own: FloatArray, mine: Copies, base: FloatArray, theirs: Copies, columns: IntArray
) -> None:
    gap = _means(base, theirs, columns) - _means(own, mine, columns)
    own[:, columns] += gap[:, :, None]


def _means(part: FloatArray, drawn: Copies, columns: IntArray) -> FloatArray:
    total = drawn.weight.sum(axis=1)[:, None]
    made: FloatArray = (part[:, columns] * drawn.weight[:, None]).sum(axis=2) / total
    return made


def _known_at(chain: ArmChain, drawn: Copies, column: int) -> NDArray[np.bool_]:
    """Where the variable of a column is known; everywhere if nobody's value is missing."""
    matches = [own.match for own in chain.targets]
    if column not in matches:
        return np.ones(drawn.person.shape, dtype=bool)
    known: NDArray[np.bool_] = chain.known[matches.index(column)][drawn.person]
    return known
