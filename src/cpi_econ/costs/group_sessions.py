"""Group sessions: the cost of the staff shared by those who attend."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cpi_econ.errors import DataError, Finding, Where, raise_all


def share_groups(
    service_use: pd.DataFrame, typical_size: Mapping[str, float], file: str | None = None
) -> pd.DataFrame:
    """Add the share of each session's cost that falls on one person.

    Parameters
    ----------
    service_use : DataFrame
        Long service use; optional ``group_size`` (people attending, NaN unknown) and ``staff``
        (workers present, default 1).
    typical_size : mapping
        Item to planned or typical size, for sessions whose size is unknown. Only items named
        here are taken as groups.
    file : str, optional
        File shown in the findings.

    Returns
    -------
    DataFrame
        Service use with ``share`` = staff / size for group items, 1 for the others.

    Raises
    ------
    DataError
        ``E048`` a size or a number of staff below 1.

    Notes
    -----
    Use it where the price is for the whole session (a worker's hour). Prices that are already
    for one person attending, as in the community groups of the national cost collection, must
    not be shared again.

    Examples
    --------
    >>> use = pd.DataFrame({"service": ["art_group"], "quantity": [4.0], "group_size": [None]})
    >>> share_groups(use, {"art_group": 8})["share"].tolist()
    [0.125]
    """
    item = service_use["item"] if "item" in service_use else service_use["service"]
    typical = item.astype(object).map(dict(typical_size)).astype(float)
    # A form that asks nothing of unused groups often holds a size of zero.
    attended = ~service_use["quantity"].eq(0)
    size = _numbers(service_use, "group_size").where(attended).fillna(typical)
    staff = _numbers(service_use, "staff").where(attended).fillna(1.0)
    grouped = typical.notna()
    raise_all(_below_one(service_use[grouped], size[grouped], staff[grouped], file), DataError)
    return service_use.assign(share=(staff / size).where(grouped, 1.0))


def _numbers(service_use: pd.DataFrame, column: str) -> pd.Series:
    if column not in service_use:
        return pd.Series(float("nan"), index=service_use.index)
    return service_use[column].astype(float)


def _below_one(
    rows: pd.DataFrame, size: pd.Series, staff: pd.Series, file: str | None
) -> list[Finding]:
    wrong = (size < 1) | (staff < 1)
    if not wrong.any():
        return []
    people = rows.loc[wrong, "participant"].astype(str) if "participant" in rows else ()
    return [
        Finding(
            "E048",
            f"{int(wrong.sum())} group sessions have a size or a number of staff below 1; write "
            "the number of people attending, or leave it blank for the typical size.",
            Where(file, column="group_size"),
            tuple(dict.fromkeys(people)),
        )
    ]
