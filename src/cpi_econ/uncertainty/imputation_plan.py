"""What is asked of an imputation, and whether it can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pandas as pd

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT, PARTICIPANT
from cpi_econ.errors import EstimationError, Finding, raise_all
from cpi_econ.kernels.chained import CYCLES, DONORS
from cpi_econ.uncertainty.arms import arm_names

Order = Literal["impute_in_bootstrap", "bootstrap_in_imputation", "rubin"]
Assumption = Literal["jump_to_reference", "copy_reference", "last_mean"]
Matching = Literal["donors", "residuals"]
Delta = Mapping[str, Mapping[str, float | str]]
Components = Mapping[str, Mapping[str, float | str]]
Added = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImputationPlan:
    """How missing values are imputed.

    Parameters
    ----------
    order : {"impute_in_bootstrap", "bootstrap_in_imputation", "rubin"}
        How imputation and resampling are combined.
    imputations : int
        Imputed data sets behind the estimate.
    predictors : tuple of str
        Columns used besides cost, effect and the covariates of the adjustment.
    components : mapping
        For ``cost`` or ``effect``, the columns that make it up and their factors: numbers, or the
        name of a column that holds each person's. They are imputed in its place, and the total
        follows.
    added : mapping
        For ``cost`` or ``effect``, a column, known for everybody, that is added to its components
        as it is.
    delta : mapping
        For ``cost`` or ``effect`` and an arm, what is added to imputed values, or a factor
        such as ``1.2x``.
    assumption : {"jump_to_reference", "copy_reference", "last_mean"}, optional
        Missing outcomes of the other arms as if in the reference arm, or the mean of the last known
        visit carried forward (components in order of time); default missing at random within arm.
    matching : {"donors", "residuals"}
        Whether an imputed number is the donor's, or the own prediction plus the donor's residual.
    cycles, k : int
        Rounds of the chained equations, and donors to choose from.
    """

    order: Order = "impute_in_bootstrap"
    imputations: int = 20
    predictors: tuple[str, ...] = ()
    components: Components = field(default_factory=dict)
    added: Added = field(default_factory=dict)
    delta: Delta = field(default_factory=dict)
    assumption: Assumption | None = None
    matching: Matching = "donors"
    cycles: int = CYCLES
    k: int = DONORS


def plan_findings(plan: ImputationPlan, table: pd.DataFrame, reference: str) -> list[Finding]:
    """What is wrong with a plan, given the table that it is meant for.

    Parameters
    ----------
    plan : ImputationPlan
    table : DataFrame
        The outcomes table.
    reference : str
        Arm that the others are compared with.

    Returns
    -------
    list of Finding
        ``E071`` an option that is not allowed, ``E076`` a predictor or component that is no column,
        ``E127`` a variable that nobody in an arm has.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": ["a"], "arm": ["low"], "cost": [1.0],
    ...                        "effect": [0.5]})
    >>> [found.message for found in plan_findings(ImputationPlan(imputations=1), people, "low")]
    ['imputations is 1; it must be 2 or more.']
    """
    findings = _options(plan)
    findings += _names(plan, table)
    findings += _deltas(plan, sorted(arm_names(table)))
    if plan.assumption in ("jump_to_reference", "copy_reference") and reference not in arm_names(
        table
    ):
        findings.append(Finding("E071", f'reference "{reference}" is no arm.'))
    if plan.assumption == "last_mean" and not any(len(of) > 1 for of in plan.components.values()):
        message = (
            "assumption last_mean needs components: the visits behind cost or effect, in order."
        )
        findings.append(Finding("E071", message))
    return findings


def _options(plan: ImputationPlan) -> list[Finding]:
    findings = [
        Finding("E071", f"{name} is {value!r}; allowed are {', '.join(allowed)}.")
        for name, value, allowed in (
            ("order", plan.order, get_args(Order)),
            ("matching", plan.matching, get_args(Matching)),
            ("assumption", plan.assumption or "copy_reference", get_args(Assumption)),
        )
        if value not in allowed
    ]
    findings += [
        Finding("E071", f"{name} is {value}; it must be {least} or more.")
        for name, value, least in (
            ("imputations", plan.imputations, 2),
            ("cycles", plan.cycles, 1),
            ("k", plan.k, 1),
        )
        if value < least
    ]
    return findings


def _names(plan: ImputationPlan, table: pd.DataFrame) -> list[Finding]:
    findings = [
        Finding("E071", f'"{name}" tells people or groups apart; it cannot predict a value.')
        for name in plan.predictors
        if name in (PARTICIPANT, ARM, CLUSTER)
    ]
    findings += [
        Finding("E071", f'components has "{key}"; allowed are cost and effect.')
        for key in plan.components
        if key not in (COST, EFFECT)
    ]
    parts = [name for made in plan.components.values() for name in made]
    whole = [*plan.added.values(), *factor_columns(plan)]
    findings += [
        Finding("E076", f'"{name}" is no column of the participants table.')
        for name in dict.fromkeys([*plan.predictors, *parts, *whole])
        if name not in table.columns
    ]
    findings += [
        Finding("E076", f'component "{name}" holds text; it must hold numbers.')
        for name in dict.fromkeys([*parts, *whole])
        if name in table.columns and not pd.api.types.is_numeric_dtype(table[name])
    ]
    findings += [
        Finding("E076", f'"{name}", a factor or what is added to components, has gaps.')
        for name in dict.fromkeys(whole)
        if name in table.columns and table[name].isna().any()
    ]
    return findings


def factor_columns(plan: ImputationPlan) -> list[str]:
    """Columns that hold each person's factor of a component.

    Parameters
    ----------
    plan : ImputationPlan

    Examples
    --------
    >>> factor_columns(ImputationPlan(components={"effect": {"u0": 0.5, "u1": "share"}}))
    ['share']
    """
    return [
        factor
        for factors in plan.components.values()
        for factor in factors.values()
        if isinstance(factor, str)
    ]


def _deltas(plan: ImputationPlan, arms: Sequence[str]) -> list[Finding]:
    findings = []
    for outcome, shifts in plan.delta.items():
        if outcome not in (COST, EFFECT):
            message = f'delta has "{outcome}"; allowed are cost and effect.'
            findings.append(Finding("E071", message))
        for arm, shift in shifts.items():
            if arm not in arms:
                message = f'delta of {outcome} has arm "{arm}"; arms are {", ".join(arms)}.'
                findings.append(Finding("E071", message))
            if _number(shift) is None:
                message = (
                    f"delta of {outcome} in {arm} is {shift!r}; write a number to add, such as "
                    "-0.05, or a factor, such as 1.2x."
                )
                findings.append(Finding("E071", message))
    return findings


def _number(shift: float | str) -> tuple[float, float] | None:
    text = str(shift).strip()
    try:
        return (float(text[:-1]), 0.0) if text.endswith("x") else (1.0, float(text))
    except ValueError:
        return None


def factor_and_addition(plan: ImputationPlan, outcome: str, arm: str) -> tuple[float, float]:
    """Factor on an imputed value and what is added to it.

    Parameters
    ----------
    plan : ImputationPlan
    outcome : {"cost", "effect"}
    arm : str

    Examples
    --------
    >>> factor_and_addition(ImputationPlan(delta={"cost": {"high": "1.2x"}}), "cost", "high")
    (1.2, 0.0)
    """
    return _number(plan.delta.get(outcome, {}).get(arm, 0.0)) or (1.0, 0.0)


def check_known(table: pd.DataFrame, names: Sequence[str], done: str = "imputed") -> None:
    """Raise ``EstimationError`` (``E127``) where fewer than two in an arm have a variable.

    Parameters
    ----------
    table : DataFrame
        The outcomes table.
    names : sequence of str
        Columns that are imputed, or predict.
    done : str
        What cannot be done with the variable, in a word.
    """
    findings = [
        Finding(
            "E127",
            f'{"nobody" if known == 0 else "only one person"} in arm "{arm}" has {name}, so it '
            f"cannot be {done} there. Leave the variable or the arm out.",
        )
        for arm, rows in table.groupby(ARM, sort=True)
        for name, known in rows[list(dict.fromkeys(names))].notna().sum().items()
        if known < 2 and known < len(rows)
    ]
    raise_all(findings, EstimationError)
