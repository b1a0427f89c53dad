"""How evenly people spread over health states: density curve and index, Shannon indices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.contracts import ARM, TIME
from cpi_econ.effects.instruments import Instrument

FloatArray = npt.NDArray[np.float64]


def density_curve(states: pd.Series) -> pd.DataFrame:
    """Health state density curve: cumulative shares of observations and of observed states.

    Parameters
    ----------
    states : Series
        States as text; missing ones are left out.

    Returns
    -------
    DataFrame
        Columns observations, states; from (0, 0), most frequent state first, to (1, 1).

    References
    ----------
    Zamora, Parkin, Feng, Bateman, Herdman, Devlin (2018), New methods for analysing the
    distribution of EQ-5D observations, Office of Health Economics.

    Examples
    --------
    >>> density_curve(pd.Series(["11111", "11111", "11112"]))["observations"].round(3).tolist()
    [0.0, 0.667, 1.0]
    """
    counts = np.sort(states.dropna().value_counts().to_numpy())[::-1]
    observations = np.concatenate([[0.0], np.cumsum(counts) / max(1, counts.sum())])
    ranks = np.linspace(0.0, 1.0, len(counts) + 1) if len(counts) else np.zeros(1)
    return pd.DataFrame({"observations": observations, "states": ranks})


def density_index(states: pd.Series) -> float:
    """Health state density index: 1 when observed states are equally frequent, towards 0 uneven.

    Notes
    -----
    Twice the area under the density curve with observations along the axis:
    sum of (x_i - x_(i-1)) (y_i + y_(i-1)). NaN without observations.

    Examples
    --------
    >>> density_index(pd.Series(["11111", "11112"]))
    1.0
    """
    curve = density_curve(states)
    x, y = curve["observations"].to_numpy(), curve["states"].to_numpy()
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]))) if len(x) > 1 else float("nan")


def shannon(states: pd.Series, instrument: Instrument) -> tuple[float, float]:
    """Shannon index H' [bits] and evenness J' of the states of an instrument.

    Notes
    -----
    H' = -sum p log2 p over observed states; J' = H' / log2(number of possible states).

    Examples
    --------
    >>> from cpi_econ.effects.instruments import instrument
    >>> h, j = shannon(pd.Series(["11111", "11112"]), instrument("EQ-5D-3L"))
    >>> round(h, 3), round(j, 3)
    (1.0, 0.126)
    """
    return _shannon(states, instrument.n_states)


def _shannon(answers: pd.Series, possible: int) -> tuple[float, float]:
    share = answers.dropna().value_counts(normalize=True).to_numpy()
    if not len(share):
        return float("nan"), float("nan")
    h = float(-np.sum(share * np.log2(share))) + 0.0
    return h, h / float(np.log2(possible))


def diversity_table(profiles: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Density index and Shannon indices by arm and time, of states and of each dimension.

    Returns
    -------
    DataFrame
        Columns arm, time, of (``state`` or a dimension), n, different, density_index (states
        only), shannon, evenness.

    Examples
    --------
    >>> from cpi_econ.effects.instruments import EQ5D_DIMENSIONS, instrument
    >>> one = pd.DataFrame([["low", "baseline", 1, 1, 1, 1, 1, "11111"]],
    ...                    columns=["arm", "time", *EQ5D_DIMENSIONS, "state"])
    >>> diversity_table(one, instrument("EQ-5D-3L"))["shannon"].tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    sizes = dict(zip(instrument.dimensions, instrument.sizes, strict=True))
    rows = []
    for (arm, time), group in profiles.groupby([ARM, TIME], observed=True):
        for name, possible in {"state": instrument.n_states, **sizes}.items():
            answers = group[name].dropna()
            h, j = _shannon(answers, possible)
            index = density_index(answers) if name == "state" else np.nan
            rows.append((arm, time, name, len(answers), answers.nunique(), index, h, j))
    columns = [ARM, TIME, "of", "n", "different", "density_index", "shannon", "evenness"]
    return pd.DataFrame(rows, columns=columns)
