"""Questionnaires of the replica: EQ-5D-5L, ICECAP-A, RG-UK, SCOPE and WEMWBS."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.simulate.draws import Floats, levels, normal, stream
from cpi_econ.simulate.people import People
from cpi_econ.simulate.service_use import NOT_ANSWERED, WAVES

# Cuts of a standard normal latent trait: where levels 2, 3, 4 and 5 begin (EQ-5D-5L) ...
_EQ5D = {
    "mo": (0.35, 0.95, 1.6, 2.9),
    "sc": (0.75, 1.25, 1.9, 2.9),
    "ua": (-0.1, 0.6, 1.4, 2.3),
    "pd": (0.0, 0.75, 1.45, 2.4),
    "ad": (-0.75, 0.05, 0.95, 1.75),
}
# ... and where levels 2, 3 and 4 begin (ICECAP-A, 4 is full capability).
_ICECAP = {
    "ic1": (-1.35, -0.25, 1.0),
    "ic2": (-1.5, -0.45, 0.6),
    "ic3": (-1.6, -0.6, 0.5),
    "ic4": (-1.3, -0.2, 0.95),
    "ic5": (-1.4, -0.3, 0.8),
}
SCORES = ("rguk", "scope", "wemwbs")
_CAPABILITY_GAIN, _SOCIAL_GAIN, _INCLUSION_GAIN = 0.12, 0.24, 0.40


def questionnaires(made: People, seed: int) -> pd.DataFrame:
    """Answers, one row a person and wave; -9 stands for a question that was not answered.

    Parameters
    ----------
    made : People
        The participants.
    seed : int
        Same seed, same answers.
    """
    traits = {name: _trait(made, name, seed) for name in ("health", "capability", "social")}
    answers = _eq5d(made, traits["health"], seed)
    answers |= _icecap(made, traits["capability"], seed) | _scores(made, traits, seed)
    waves = []
    for wave, name in enumerate(WAVES):
        form = pd.DataFrame({"client_id": made.frame["client_id"], "wave": name})
        form = form.assign(**{column: value[wave] for column, value in answers.items()})
        waves.append(_with_gaps(form, wave, seed))
    return pd.concat([waves[0], waves[1][made.followed_up]], ignore_index=True)


def _trait(made: People, name: str, seed: int) -> Floats:
    """Good health, capability or social resources, shape (2, people), about standard normal."""
    z = normal(stream(seed, name), 3, len(made.group))
    own = np.stack([z[0], 0.8 * z[0] + 0.6 * z[1]])
    trait: Floats = 0.8 * own - 0.6 * made.need
    return trait


def _gain(made: People, gain: float) -> Floats:
    """Extra of high fidelity at nine months, shape (2, people)."""
    extra: Floats = gain * made.high * np.array([[0.0], [1.0]])
    return extra


def _correlated(trait: Floats, seed: int, name: str, weight: float = 0.75) -> Floats:
    noise = normal(stream(seed, name), 3, trait.shape[1])
    own = np.sqrt(0.5) * (noise[:1] + noise[1:])
    mixed: Floats = weight * trait + np.sqrt(1 - weight**2) * own
    return mixed


def _eq5d(made: People, health: Floats, seed: int) -> dict[str, NDArray[np.int64]]:
    answers = {}
    for name, cuts in _EQ5D.items():
        worse = 0.4 - _correlated(health, seed, name)
        if name in ("mo", "sc", "pd"):
            worse = worse + np.array([-0.1, 0.7, 0.1])[made.group]
        answers[name] = levels(worse, cuts)
    vas = 62 + 17 * _correlated(health, seed, "vas", 0.8)
    answers["vas"] = np.clip(np.where(vas % 10 < 6, 5 * np.round(vas / 5), np.round(vas)), 0, 100)
    answers["vas"] = answers["vas"].astype(np.int64)
    return answers


def _icecap(made: People, capability: Floats, seed: int) -> dict[str, NDArray[np.int64]]:
    better = capability + _gain(made, _CAPABILITY_GAIN)
    return {
        name: levels(_correlated(better, seed, name, 0.8), cuts) for name, cuts in _ICECAP.items()
    }


def _scores(made: People, traits: dict[str, Floats], seed: int) -> dict[str, NDArray[np.int64]]:
    social, later = traits["social"], np.array([[0.0], [1.0]])
    rguk = 12.5 + 4.8 * (social + _gain(made, _SOCIAL_GAIN)) + 0.4 * later
    inclusion = _correlated(social, seed, "scope", 0.6) + _gain(made, _INCLUSION_GAIN)
    wellbeing = _correlated(traits["capability"], seed, "wemwbs", 0.8)
    limits = {
        "rguk": (rguk, 0, 27),
        "scope": (52 + 16 * inclusion + 1.0 * later, 0, 100),
        "wemwbs": (41 + 9.5 * wellbeing + 3.5 * later, 14, 70),
    }
    return {
        name: np.clip(np.round(value), low, high).astype(np.int64)
        for name, (value, low, high) in limits.items()
    }


def _with_gaps(form: pd.DataFrame, wave: int, seed: int) -> pd.DataFrame:
    """Leave out whole questionnaires and single answers."""
    form, rng = form.copy(), stream(seed, f"answers {wave}")
    blocks = ([*_EQ5D, "vas"], [*_ICECAP], *([name] for name in SCORES))
    for block in blocks:
        gap = rng.random(len(form)) < (0.01, 0.05)[wave]
        form.loc[gap, block] = NOT_ANSWERED
        for column in block:
            form.loc[rng.random(len(form)) < 0.006, column] = NOT_ANSWERED
    return form
