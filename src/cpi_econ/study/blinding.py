"""Masked arms: a plan can be run and read before anyone sees which arm is which."""

from __future__ import annotations

import hashlib
import json
from string import ascii_uppercase

from cpi_econ.study.config import Arm, Study

# Words and appearance; everything else in a study file can change a number.
_NOT_THE_PLAN = ("title", "report")


def plan_hash(study: Study) -> str:
    """Fingerprint of every setting that can change a number (SHA-256 of their JSON).

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
        64 hexadecimal digits; the same for two files that differ in comments, order of keys,
        title or ``report`` only.
    """
    plan = {key: value for key, value in study.raw.items() if key not in _NOT_THE_PLAN}
    text = json.dumps(plan, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def blinded(study: Study, key: str | None = None) -> Study:
    """Study with its arms masked as A, B and so on, while it is blinded.

    Parameters
    ----------
    study : Study
    key : str, optional
        Hash that decides which arm is A; default the study's own. Scenarios take the base case's.

    Returns
    -------
    Study
        The same study when ``report: blind`` is not set, or ``report: plan_hash`` is the hash of
        these settings. Otherwise arms are named and labelled by letters in an order that follows
        from the hash, and A is the reference, so that the direction of a difference tells
        nothing; estimands, shifts and assumptions that name an arm keep theirs. Sizes of arms still
        show.
    """
    by = key or plan_hash(study)
    if not study.report.blind or study.report.plan_hash == by or is_masked(study):
        return study
    order = sorted(study.arms, key=lambda name: hashlib.sha256(f"{by}{name}".encode()).digest())
    letters = dict(zip(order, ascii_uppercase, strict=False))
    arms = {
        letters[name]: _masked(name, study.arms[name], f"Arm {letters[name]}") for name in order
    }
    missing = study.missing
    tied = study.weights.estimand in ("ATT", "ATC") or (
        missing is not None and missing.assumption in ("jump_to_reference", "copy_reference")
    )
    if missing is not None and missing.delta:
        shifts = {
            part: {letters.get(arm, arm): value for arm, value in given.items()}
            for part, given in missing.delta.items()
        }
        missing = missing.model_copy(update={"delta": shifts})
    reference = letters[study.reference] if tied else letters[order[0]]
    return study.model_copy(update={"arms": arms, "reference": reference, "missing": missing})


def _masked(name: str, arm: Arm, label: str) -> Arm:
    """Arm under another label; who is in it stays the same, by code or by band."""
    band = arm.from_ is not None or arm.below is not None
    code = None if band else arm.code or (name,)
    return arm.model_copy(update={"label": label, "code": code})


def is_masked(study: Study) -> bool:
    """Whether the arms of a study are known by letters only."""
    return all(arm.label == f"Arm {name}" for name, arm in study.arms.items())
