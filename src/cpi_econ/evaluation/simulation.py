"""A study's own analysis, tried on made-up studies of the study's own shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pandas as pd
import xarray as xr

from cpi_econ.contracts import CLUSTER
from cpi_econ.errors import DataError, raise_all
from cpi_econ.evaluation.coverage import ADJUST, DEFAULT, Method, Progress, coverage, study_seed
from cpi_econ.evaluation.estimation import study_replicates
from cpi_econ.evaluation.notes import missing_findings
from cpi_econ.evaluation.person_table import person_table
from cpi_econ.evaluation.study_shape import study_shape
from cpi_econ.simulate.studies import Shape, made_up_study
from cpi_econ.study.config import Study
from cpi_econ.study.plan_checks import check_plan
from cpi_econ.uncertainty.options import defaults

_BASELINES = ("baseline_cost", "baseline_utility")


@dataclass(frozen=True, slots=True)
class Simulation:
    """Performance of a study's analysis on made-up studies.

    Parameters
    ----------
    shape : Shape
        What the made-up studies are like.
    table : DataFrame
        As `performance` gives it, one row an arm and willingness to pay.
    settings : mapping
        Resampling, interval, level, replicates and seed.
    """

    shape: Shape
    table: pd.DataFrame
    settings: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON.

        Examples
        --------
        >>> from cpi_econ.simulate.endpoints import Endpoint
        >>> shape = Shape({"a": (1,), "b": (1,)}, Endpoint(1, 1), Endpoint(1, 1))
        >>> list(Simulation(shape, pd.DataFrame(), {}).as_dict())
        ['settings', 'shape', 'performance']
        """
        return {
            "settings": self.settings,
            "shape": asdict(self.shape),
            "performance": self.table.to_dict(orient="records"),
        }


def simulate(
    study: Study,
    *,
    studies: int = 500,
    n_replicates: int = 500,
    wtp: Sequence[float] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Simulation:
    """Coverage and bias of a study's chosen analysis on made-up studies like it.

    Parameters
    ----------
    study : Study
        Its data give the shape, its settings the analysis; its primary effect is used.
    studies : int
        Made-up studies.
    n_replicates : int
        Replicates in each.
    wtp : sequence of float, optional
        Willingness to pay; default those reported.
    jobs : int
        Processes; the numbers do not depend on it.
    progress : callable, optional
        Called with studies done and in all.

    Returns
    -------
    Simulation

    Raises
    ------
    DataError
        Every error of the data, all at once.
    EstimationError
        An analysis that cannot be made of any such study.

    Notes
    -----
    No arm differs from another in the made-up studies, so an interval that excludes 0 is a false
    alarm. The covariates of an outcome are summed up in one, and so are those of the weights.
    """
    people = person_table(study)
    raise_all([*check_plan(study), *people.findings()], DataError)
    table = people.outcomes(study, study.primary)
    raise_all(missing_findings(study, table, study.primary), DataError)
    shape = study_shape(
        table, _reference_first(study), _covariates(study), study.adjust.categorical
    )
    plan = study.uncertainty
    run = partial(as_planned, _summed_up(study), CLUSTER in table)
    made = coverage(
        shape,
        [Method("as planned", {}, (plan.interval or DEFAULT,), run)],
        studies=studies,
        n_replicates=n_replicates,
        wtp=list(study.wtp.report) if wtp is None else wtp,
        level=plan.level,
        seed=plan.seed,
        jobs=jobs,
        progress=progress,
    )
    if not made["studies"].all():
        _refusal(shape, run, plan.seed, n_replicates)
    settings = {
        "resample": defaults(
            plan.resample,
            study.adjust.model,
            CLUSTER if CLUSTER in table else None,
            None,
            None if study.missing is None else study.missing.method,
        )[0],
        "interval": str(made["interval"].iloc[0]),
        "level": plan.level,
        "missing": None if study.missing is None else study.missing.method,
        "model": study.adjust.model,
        "weights": study.weights.method,
        "replicates": n_replicates,
        "seed": plan.seed,
    }
    return Simulation(shape, made, settings)


def _refusal(shape: Shape, run: Callable[..., object], seed: int, n_replicates: int) -> None:
    """Let the first made-up study say why the analysis cannot be made."""
    first = study_seed(seed, 0)
    arms = list(shape.sizes)
    table = made_up_study(shape, first).table
    run(table, reference=arms[0], arms=arms, seed=first, n_replicates=n_replicates)


def as_planned(
    study: Study,
    clustered: bool,
    table: pd.DataFrame,
    *,
    reference: str,
    arms: Sequence[str],
    seed: int,
    n_replicates: int,
) -> xr.Dataset:
    """Replicates of a made-up table by a study's own analysis.

    Parameters
    ----------
    study : Study
        With covariates that the table has.
    clustered : bool
        Whether the study has clusters.
    table : DataFrame
        Outcomes of a made-up study.
    reference : str
    arms : sequence of str
    seed, n_replicates : int
    """
    del arms
    drawn = {"seed": seed, "replicates": n_replicates}
    changed = {
        "uncertainty": study.uncertainty.model_copy(update=drawn),
        "reference": reference,
    }
    if not clustered:
        table = table.drop(columns=CLUSTER)
    return study_replicates(study.model_copy(update=changed), table, "")


def _reference_first(study: Study) -> list[str]:
    return [study.reference, *(arm for arm in study.arms if arm != study.reference)]


def _covariates(study: Study) -> dict[str, list[str]]:
    """Covariates of each outcome; without adjustment those of the weights."""
    adjust, weights = study.adjust, study.weights
    if adjust.model != "none" and (adjust.cost or adjust.effect):
        return {"cost": list(adjust.cost), "effect": list(adjust.effect)}
    names = list(weights.covariates) if weights.method != "none" else []
    return {"cost": names, "effect": names}


def _summed_up(study: Study) -> Study:
    """Study whose covariates are the two baselines of a made-up study."""
    adjust = study.adjust
    names = {part: ADJUST[part] if getattr(adjust, part) else [] for part in ("cost", "effect")}
    update: dict[str, Any] = {
        "adjust": adjust.model_copy(
            update={**{part: tuple(one) for part, one in names.items()}, "categorical": ()}
        )
    }
    if study.weights.covariates:
        update["weights"] = study.weights.model_copy(update={"covariates": _BASELINES})
    if study.missing is not None and study.missing.predictors:
        update["missing"] = study.missing.model_copy(update={"predictors": _BASELINES})
    return study.model_copy(update=update)
