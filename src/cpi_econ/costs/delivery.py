"""Delivery cost of the intervention: agency money shared over the people it served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpi_econ.costs.delivery_checks import BASIS, OWN, Share, check_delivery, money_columns
from cpi_econ.costs.price_index import index_factor
from cpi_econ.costs.price_year import price_year as tidy_year
from cpi_econ.errors import DataError, Finding, UnitCostError, Where, raise_all

_ITEM = {"total_cost": "delivery", "cost": "delivery"}


def delivery_lines(
    participants: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    share: Share = "per_client",
    cluster: str = "cluster",
    agency: str | None = None,
    components: Sequence[str] | None = None,
    useful_life: float | Mapping[str, float] | None = None,
    years: float = 1.0,
    price_year: str | None = None,
    price_index: str | None = None,
    sector: str = "intervention|NHS|PSS|societal",
    time: str = "delivery",
    file: str | None = None,
) -> pd.DataFrame:
    """Cost the intervention for each participant, as cost lines.

    Parameters
    ----------
    participants : DataFrame
        ``participant``, the ``cluster`` column, and the person's own ``contacts``
        (``per_contact``) or ``months`` (``per_month``).
    agencies : DataFrame
        One row an agency: its name, money over the ``years`` of the table in one column a
        component (``training``, ``supervision``, ``preparation``, ``contacts_cost``,
        ``materials``, ``travel``, each with or without ``_cost``; else ``total_cost``), and what
        it is shared over: ``clients``, ``contacts`` or ``client_months``, of everyone served, in
        the study or not. Optional ``training_life_years`` and ``price_year``.
    share : {"per_client", "per_contact", "per_month"}
        The sharing rule.
    cluster : str
        Column of ``participants`` that names the agency.
    agency : str, optional
        The same column of ``agencies``; default ``cluster``.
    components : sequence of str, optional
        Columns of money to take.
    useful_life : float or mapping, optional
        Years that training serves, for all or by agency; default the table's
        ``training_life_years``, else training is charged in full.
    years : float
        Years that the table covers; training is charged ``years / useful_life`` of its cost.
    price_year, price_index : str, optional
        Price year of the analysis, and the index for money of another ``price_year``.
    sector : str
        Tags of the lines.
    time : str
        Time written on the lines.
    file : str, optional
        File shown in the findings.

    Returns
    -------
    DataFrame
        Cost lines with ``service`` "delivery" and ``item`` the component, to be stacked under
        those of ``cost_service_use``.

    Raises
    ------
    DataError
        ``E030`` column missing, ``E047`` an agency of the participants that is not in the table
        or is there twice, ``E049`` nothing to share over, or negative money.
    UnitCostError
        ``E037``, ``E038`` price index, ``E043`` money of another year and no index.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": ["a", "b"], "agency": ["x", "x"]})
    >>> table = pd.DataFrame({"agency": ["x"], "training": [900.0], "supervision": [100.0],
    ...                       "clients": [10]})
    >>> lines = delivery_lines(people, table, cluster="agency", useful_life=3)
    >>> lines.groupby("participant")["cost"].sum().to_dict()
    {'a': 40.0, 'b': 40.0}
    """
    key = agency or cluster
    money = list(components) if components else money_columns(agencies)
    findings = check_delivery(participants, agencies, share, cluster, key, money, file)
    raise_all(findings, DataError)
    raise_all(_years_without_index(agencies, price_year, price_index, file), UnitCostError)
    rows = pd.Index(agencies[key].astype(str)).get_indexer(
        pd.Index(participants[cluster].astype(str))
    )
    used = agencies.iloc[rows].reset_index(drop=True)
    own = participants[OWN[share]].to_numpy(float) if share in OWN else np.ones(len(used))
    factor = _index_factors(used, price_year, price_index)
    charged = _training_share(used, used[key], useful_life, years)
    parts = []
    for name in money:
        price = used[name].to_numpy(float) / used[BASIS[share]].to_numpy(float)
        price = price * charged if name.startswith("training") else price
        parts.append(
            pd.DataFrame(
                {"item": _ITEM.get(name, name), "unit_cost": price, "cost": own * price * factor}
            )
        )
        parts[-1].insert(0, "participant", participants["participant"].to_numpy())
    n = len(money)
    return pd.concat(parts, ignore_index=True).assign(
        time=time, service="delivery", sector=sector, quantity=np.tile(own, n), minutes=np.nan,
        unit=share.removeprefix("per_"), units=np.tile(own, n), recall_factor=1.0,
        index_factor=np.tile(factor, n), price_year=np.tile(_years(used, price_year), n),
        counts=True, source=f"agency returns, shared {share.replace('_', ' ')}",
    )  # fmt: skip


def _years(used: pd.DataFrame, price_year: str | None) -> NDArray[np.str_]:
    if "price_year" in used:
        return np.array([tidy_year(year) or "" for year in used["price_year"]])
    return np.full(len(used), price_year or "")


def _years_without_index(
    agencies: pd.DataFrame, price_year: str | None, price_index: str | None, file: str | None
) -> list[Finding]:
    target = tidy_year(price_year) if price_year else None
    if "price_year" not in agencies or target is None or price_index is not None:
        return []
    others = sorted({str(tidy_year(year)) for year in agencies["price_year"]} - {target})
    return [
        Finding(
            "E043",
            f"delivery is priced at {year} and the analysis at {target}. Name a price_index, or "
            "one for a tag of delivery.",
            Where(file, column="price_year"),
        )
        for year in others
    ]


def _index_factors(
    used: pd.DataFrame, price_year: str | None, price_index: str | None
) -> NDArray[np.float64]:
    target = tidy_year(price_year) if price_year else None
    years = _years(used, price_year)
    if price_index is None or target is None:
        return np.ones(len(used))
    factors = {
        str(year): 1.0 if year == target else index_factor(str(year), target, price_index)
        for year in np.unique(years)
    }
    return np.array([factors[str(year)] for year in years])


def _training_share(
    used: pd.DataFrame,
    agency: pd.Series,
    useful_life: float | Mapping[str, float] | None,
    years: float,
) -> NDArray[np.float64]:
    if isinstance(useful_life, Mapping):
        life = np.array([useful_life.get(str(name), np.nan) for name in agency], dtype=float)
    elif useful_life is not None:
        life = np.full(len(used), float(useful_life))
    elif "training_life_years" in used:
        life = used["training_life_years"].to_numpy(float)
    else:
        return np.ones(len(used))
    share = np.minimum(years / life, 1.0)
    return np.where(np.isnan(share), 1.0, share)
