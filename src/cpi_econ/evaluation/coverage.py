"""Coverage and bias of analyses, measured on made-up studies of one shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.decision.headline_interval import headline_interval
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.errors import EstimationError
from cpi_econ.evaluation.performance import performance
from cpi_econ.kernels.resample import FloatArray
from cpi_econ.simulate.studies import Shape, made_up_study
from cpi_econ.simulate.trials import MadeUpTrial
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.parallel import on_cluster, run_blocks

Progress = Callable[[int, int], None]
DEFAULT = "default"
ADJUST = {"cost": ["baseline_cost"], "effect": ["baseline_utility"]}


@dataclass(frozen=True, slots=True)
class Method:
    """An analysis whose intervals are to be judged.

    Parameters
    ----------
    name : str
    options : mapping
        Options of ``run``. Made-up studies have the covariates ``baseline_cost`` and
        ``baseline_utility``, and the column ``cluster``.
    intervals : sequence of str
        Kinds of interval, as `inmb_intervals` takes them; ``default`` is that of a study
        which names none, and is shown under its own name.
    run : callable
        Makes replicates of a table, as `bootstrap` does; must be known to other processes.

    Examples
    --------
    >>> Method("CR1", {"cluster": "cluster", "resample": "none"}).intervals
    ('t',)
    """

    name: str
    options: Mapping[str, Any]
    intervals: Sequence[str] = ("t",)
    run: Callable[..., xr.Dataset] = bootstrap


def coverage(
    shape: Shape,
    methods: Sequence[Method],
    *,
    studies: int = 1000,
    n_replicates: int = 500,
    wtp: Sequence[float] = (20_000.0,),
    level: float = 0.95,
    seed: int = 1,
    jobs: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Bias, standard errors and coverage of the incremental net benefit over made-up studies.

    Parameters
    ----------
    shape : Shape
        What every study is like.
    methods : sequence of Method
    studies : int
        Made-up studies.
    n_replicates : int
        Replicates in each study.
    wtp : sequence of float
        Willingness to pay [currency / unit of effect].
    level : float
        Confidence level.
    seed : int
        Every study has its own stream, made of the seed and its number.
    jobs : int
        Processes that share the studies; the numbers do not depend on it.
    progress : callable, optional
        Called with studies done and in all.

    Returns
    -------
    DataFrame
        One row a method, interval, arm and willingness to pay; see `performance`.

    Examples
    --------
    >>> from cpi_econ.simulate.endpoints import Endpoint
    >>> shape = Shape({"low": (9, 6, 8), "high": (5, 4, 9)}, Endpoint(3000, 3000),
    ...               Endpoint(0.5, 0.1, gamma=False))
    >>> found = coverage(shape, [Method("plain", {"resample": "none"})], studies=4)
    >>> int(found.loc[0, "studies"]), int(found.loc[0, "failed"])
    (4, 0)
    """
    from joblib import Parallel, delayed

    def work(number: int, _: int) -> pd.DataFrame:
        return judged(shape, methods, (seed, number), n_replicates, wtp, level)

    if on_cluster():
        made = run_blocks(work, studies, size=1, progress=progress)
        return performance(_named(pd.concat(made, ignore_index=True)))
    calls = (
        delayed(judged)(shape, methods, (seed, number), n_replicates, wtp, level)
        for number in range(studies)
    )
    stream = Parallel(n_jobs=jobs, return_as="generator")(calls)
    rows: list[pd.DataFrame] = []
    for done, one in enumerate(stream, start=1):
        rows.append(one)
        if progress is not None:
            progress(done, studies)
    return performance(_named(pd.concat(rows, ignore_index=True)))


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of studies in which a method failed under the interval that it has elsewhere."""
    lost = rows["interval"] == DEFAULT
    known = rows[~lost].groupby("method")["interval"].first()
    named = rows["method"].map(known).where(lost, rows["interval"]).fillna(DEFAULT)
    return rows.assign(interval=named)


def study_seed(seed: int, number: int) -> int:
    """Seed of one made-up study.

    Examples
    --------
    >>> study_seed(1, 0) == study_seed(1, 0), study_seed(1, 0) == study_seed(1, 1)
    (True, False)
    """
    return int(np.random.SeedSequence(seed, spawn_key=(number,)).generate_state(1)[0])


def judged(
    shape: Shape,
    methods: Iterable[Method],
    place: tuple[int, int],
    n_replicates: int,
    wtp: Sequence[float],
    level: float,
) -> pd.DataFrame:
    """Intervals of every method in one made-up study, beside the truth.

    Parameters
    ----------
    shape : Shape
    methods : iterable of Method
    place : tuple of int
        Seed of the whole, and number of the study.
    n_replicates : int
    wtp : sequence of float
    level : float

    Returns
    -------
    DataFrame
        ``method, interval, arm, wtp, truth, estimate, se, lower, upper``; the last four NaN where
        the method could not be used.
    """
    seed = study_seed(*place)
    study = made_up_study(shape, seed)
    rows = [
        row
        for method in methods
        for row in _intervals(study, method, seed, n_replicates, np.asarray(wtp, float), level)
    ]
    return pd.DataFrame(rows)


def _intervals(
    study: MadeUpTrial,
    method: Method,
    seed: int,
    n_replicates: int,
    wtp: FloatArray,
    level: float,
) -> list[dict[str, object]]:
    arms = list(dict.fromkeys(study.complete[ARM]))
    options = {"n_replicates": n_replicates, **method.options}
    try:
        made = method.run(study.table, reference=arms[0], arms=arms, seed=seed, **options)
    except EstimationError:
        made = None
    rows: list[dict[str, object]] = []
    for kind in method.intervals:
        asked = None if kind == DEFAULT else kind
        figures, shown = _figures(made, wtp, asked, level, len(arms) - 1)
        for column, (arm, cost, effect) in enumerate(study.truth.itertuples(index=False)):
            for row, k in enumerate(wtp.tolist()):
                known = {"method": method.name, "interval": shown, "arm": arm, "wtp": k}
                known["truth"] = k * effect - cost
                rows.append(known | {name: values[row, column] for name, values in figures.items()})
    return rows


def _figures(
    made: xr.Dataset | None, wtp: FloatArray, kind: str | None, level: float, others: int
) -> tuple[dict[str, FloatArray], str]:
    """Estimate, its error and the interval, each of shape (wtp, others), and its kind."""
    names = ("estimate", "se", "lower", "upper")
    if made is None:
        return dict.fromkeys(names, np.full((len(wtp), others), np.nan)), kind or DEFAULT
    found = inmb_intervals(made, wtp, interval=kind or headline_interval(made), level=level)
    return {name: found[name].to_numpy() for name in names}, str(found.attrs["interval"])
