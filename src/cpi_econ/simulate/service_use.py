"""Service use of the replica: contacts and minutes in three months, zero-inflated and skewed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from cpi_econ.simulate.draws import Flags, Floats, normal, stream
from cpi_econ.simulate.people import People
from cpi_econ.simulate.services import SCREENED, SERVICES, Service, minutes_column

WAVES = ("baseline", "month_9")
NOT_ANSWERED = -9
DOES_NOT_KNOW = 999
_PERSISTENCE = 0.6
_SLOPE = 0.3


class _Use(NamedTuple):
    quantity: NDArray[np.int64]
    minutes: NDArray[np.int64]


def csri(made: People, seed: int) -> pd.DataFrame:
    """Completed CSRI forms, one row a person and wave; -9 not answered, blank not asked.

    Parameters
    ----------
    made : People
        The participants.
    seed : int
        Same seed, same forms.
    """
    use = {service.column: _use(made, service, seed) for service in SERVICES}
    waves = [_form(made, use, wave) for wave in range(2)]
    forms = [_with_gaps(form, made, wave, seed) for wave, form in enumerate(waves)]
    present = [forms[0], forms[1][made.followed_up & ~_form_missing(made, 1, seed)]]
    return pd.concat(present, ignore_index=True)


def _use(made: People, service: Service, seed: int) -> _Use:
    """Quantities and minutes, shape (2, people): who uses a service tends to use it again."""
    people = len(made.group)
    rng = stream(seed, service.column)
    lasting, passing = normal(rng, 2, people), normal(rng, 2, 2, people)
    taste, amount = np.sqrt(_PERSISTENCE) * lasting + np.sqrt(1 - _PERSISTENCE) * passing
    response = service.response * made.high * np.array([[0.0], [1.0]])
    threshold = special.ndtri(1 - np.clip(np.array(service.share)[made.group], 1e-9, 1 - 1e-9))
    used = taste + _SLOPE * made.need + 0.5 * response > threshold * np.sqrt(1 + _SLOPE**2)
    if service.column == "days_off_work":
        used &= made.frame["employed"].to_numpy() == 1
    log_amount = np.log(service.median) + service.spread * (amount + 0.3 * made.need) + response
    quantity = np.clip(np.ceil(np.exp(log_amount)), 1, service.cap) * used
    return _Use(quantity.astype(np.int64), _minutes(service, normal(rng, 2, people)))


def _minutes(service: Service, z: Floats) -> NDArray[np.int64]:
    if service.minutes >= 400:
        return np.full(z.shape, service.minutes)
    rounded = 5 * np.round(service.minutes * np.exp(0.3 * z) / 5)
    return np.clip(rounded, 10, 240).astype(np.int64)


def _form(made: People, use: dict[str, _Use], wave: int) -> pd.DataFrame:
    columns: dict[str, object] = {"client_id": made.frame["client_id"], "wave": WAVES[wave]}
    columns["respondent"] = np.where((made.group == 2) & (made.need[0] > 0.3), "proxy", "self")
    for block in SCREENED:
        members = [use[s.column].quantity[wave] for s in SERVICES if s.block == block]
        columns[f"any_{block}"] = pd.array(np.any(members, axis=0).astype(int), dtype="Int64")
    for service in SERVICES:
        quantity = pd.Series(use[service.column].quantity[wave], dtype="Int64")
        if service.minutes:
            minutes = pd.Series(use[service.column].minutes[wave], dtype="Int64")
            columns[minutes_column(service)] = minutes.where(quantity > 0)
        if service.block in SCREENED:
            quantity = quantity.where(pd.Series(columns[f"any_{service.block}"]) == 1)
        columns[service.column] = quantity
    return pd.DataFrame(columns)[_order()]


def _order() -> list[str]:
    """Columns as the form asks: screening question, quantity, minutes."""
    order, seen = ["client_id", "wave", "respondent"], set[str]()
    for service in SERVICES:
        if service.block in SCREENED and service.block not in seen:
            seen.add(service.block)
            order.append(f"any_{service.block}")
        order.append(service.column)
        if service.minutes:
            order.append(minutes_column(service))
    return order


def _form_missing(made: People, wave: int, seed: int) -> Flags:
    share = stream(seed, f"form {wave}").random(len(made.group))
    missing: Flags = share < (0.015, 0.04)[wave]
    return missing


def _with_gaps(form: pd.DataFrame, made: People, wave: int, seed: int) -> pd.DataFrame:
    """Put codes where a question was not answered; minutes go unknown with their contacts."""
    form, rng = form.copy(), stream(seed, f"gaps {wave}")
    proneness = np.where(form["respondent"] == "proxy", 2.0, 1.0)
    for service in SERVICES:
        share = rng.random((2, len(form)))
        asked = form[service.column].notna().to_numpy()
        gap = asked & (share[0] < 0.0023 * proneness)
        form.loc[gap, service.column] = NOT_ANSWERED
        if service.minutes:
            column = minutes_column(service)
            unknown = form[column].notna().to_numpy() & (gap | (share[1] < 0.006))
            form.loc[unknown, column] = NOT_ANSWERED
        if service.column == "gp_contacts":
            form.loc[(share[1] < 0.012) & ~gap, service.column] = DOES_NOT_KNOW
    for block in SCREENED:
        gap = rng.random(len(form)) < 0.002
        members = [s for s in SERVICES if s.block == block]
        blank = [s.column for s in members] + [minutes_column(s) for s in members if s.minutes]
        form.loc[gap, blank] = pd.NA
        form.loc[gap, f"any_{block}"] = NOT_ANSWERED
    if wave == 0:
        form.loc[_form_missing(made, 0, seed), form.columns[3:]] = NOT_ANSWERED
    return form
