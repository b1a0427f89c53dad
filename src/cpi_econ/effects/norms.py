"""Population norms of EQ-5D by age and sex."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from cpi_econ.errors import DataError, ValueSetError, stop
from cpi_econ.paths import data_root

FloatArray = npt.NDArray[np.float64]


@cache
def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(data_root() / "tariffs" / "norms" / name)


def norm_sources() -> pd.DataFrame:
    """Sources of the norms: id, population, n, instrument and value set, citation.

    Examples
    --------
    >>> "gb_mvh_1993_kind1999" in norm_sources()["norm_id"].tolist()
    True
    """
    return _read("eq5d_norm_sources.csv").copy()


def norm_equations() -> dict[str, dict[str, float]]:
    """Terms of each norm equation by id."""
    table = _read("eq5d_norm_equations.csv")
    return {
        str(name): dict(zip(rows["term"], rows["value"], strict=True))
        for name, rows in table.groupby("equation_id")
    }


def population_norms(
    age: npt.ArrayLike, sex: Sequence[object] | pd.Series, norm: str = "gb_ara_brazier_2010"
) -> FloatArray:
    """Mean utility of the general population at each age and sex.

    Parameters
    ----------
    age : array-like, shape (n,)
        Years; NaN gives NaN.
    sex : sequence, shape (n,)
        ``male`` or ``female``.
    norm : str
        Id of a norm table or of an equation.

    Returns
    -------
    ndarray, shape (n,)
        NaN where age or sex is missing, or the table holds no such age.

    Raises
    ------
    ValueSetError
        ``E065`` no norm of that id.
    DataError
        ``E057`` a sex that reads neither male nor female.

    Notes
    -----
    Equation: constant + male * (1 if male) + age * years + age_squared * years^2.

    References
    ----------
    Ara and Brazier (2010), Value in Health 13:509-518, worked example: a woman aged 40, 0.8874.

    Examples
    --------
    >>> population_norms([40], ["female"]).round(4).tolist()
    [0.8874]
    """
    years = np.asarray(age, dtype=np.float64)
    words = pd.Series(sex, dtype=object).astype("string").str.strip().str.lower()
    strange = sorted(set(words.dropna()) - {"male", "female"})
    if strange:
        stop(DataError, "E057", f"sex holds {', '.join(strange)}; norms need male or female.")
    male: FloatArray = np.asarray(words.map({"male": 1.0, "female": 0.0}), dtype=np.float64)
    if norm in norm_equations():
        return _equation(norm_equations()[norm], years, male)
    table = _read("eq5d_norms.csv")
    rows = table[table["norm_id"] == norm]
    if rows.empty:
        known = ", ".join([*sorted(set(table["norm_id"])), *norm_equations()])
        stop(ValueSetError, "E065", f'there is no norm "{norm}"; norms are {known}.')
    return _looked_up(rows, years, male)


def _equation(terms: dict[str, float], years: FloatArray, male: FloatArray) -> FloatArray:
    value = terms["constant"] + terms["male"] * male
    value = value + terms["age"] * years + terms["age_squared"] * years**2
    return np.asarray(value, dtype=np.float64)


def _looked_up(rows: pd.DataFrame, years: FloatArray, male: FloatArray) -> FloatArray:
    values = np.full(len(years), np.nan)
    whole = np.floor(years)
    bands = zip(
        rows["age_from"],
        rows["age_to"].fillna(np.inf),
        rows["sex"] == "male",
        rows["mean_utility"],
        strict=True,
    )
    for youngest, oldest, is_male, mean in bands:
        values[(whole >= youngest) & (whole <= oldest) & (male == is_male)] = mean
    return values
