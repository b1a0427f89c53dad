"""Zero, missing and not asked: the states of an answer, and the rules that may settle them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from cpi_econ.errors import Finding, Where

UnknownNumber = Literal["missing", "mean_of_users", "median_of_users"]


def use_states(service_use: pd.DataFrame) -> pd.Series:
    """Say what is known of each answer.

    Parameters
    ----------
    service_use : DataFrame
        Long service use; ``used`` (True, False, NA) tells a number that is unknown from an item
        left blank.

    Returns
    -------
    Series of str
        ``observed``, ``zero``, ``number unknown`` (used, quantity blank), ``item blank`` (the
        rest of the form has answers) or ``form missing`` (the form has none).

    Examples
    --------
    >>> use = pd.DataFrame({"participant": ["a", "a", "b"], "time": "month_9",
    ...                     "service": "gp", "quantity": [2.0, None, None]})
    >>> use_states(use).tolist()
    ['observed', 'item blank', 'form missing']
    """
    known = service_use["quantity"].notna()
    number_unknown, item_blank = _unknown(service_use)
    state = np.select(
        [known & (service_use["quantity"] == 0), known, number_unknown, item_blank],
        ["zero", "observed", "number unknown", "item blank"],
        "form missing",
    )
    return pd.Series(state, index=service_use.index, name="state")


def _unknown(service_use: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Answers with an unknown number, and blanks on forms that have answers."""
    known, said_used = service_use["quantity"].notna(), _used(service_use)
    answered = known | said_used
    if answered.all():
        return said_used & ~known, ~answered
    on_form = answered.groupby([service_use["participant"], service_use["time"]]).transform("any")
    return said_used & ~known, on_form.eq(True) & ~answered


def _used(service_use: pd.DataFrame) -> pd.Series:
    if "used" not in service_use:
        return pd.Series(False, index=service_use.index)
    return service_use["used"].astype("boolean").fillna(False).astype(bool)


def fill_unknown_numbers(service_use: pd.DataFrame, rule: UnknownNumber) -> pd.DataFrame:
    """Give "used, number unknown" the number of other users, never below 1, flagged.

    Parameters
    ----------
    service_use : DataFrame
        Long service use with ``used``.
    rule : {"missing", "mean_of_users", "median_of_users"}
        ``missing`` leaves them to imputation.

    Returns
    -------
    DataFrame
        Service use with ``quantity`` filled and ``quantity_imputed``.

    Notes
    -----
    The number is that of users of the same item at the same time, arms together.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": ["a", "b", "c"], "time": "month_9", "service": "gp",
    ...                     "quantity": [0.0, 3.0, None], "used": [False, True, True]})
    >>> fill_unknown_numbers(use, "mean_of_users")["quantity"].tolist()
    [0.0, 3.0, 3.0]
    """
    unknown, _ = _unknown(service_use)
    if rule == "missing" or not unknown.any():
        return service_use.assign(quantity_imputed=False)
    item = service_use["item"] if "item" in service_use else service_use["service"]
    of_users = service_use["quantity"].where(service_use["quantity"] > 0)
    how: Literal["mean", "median"] = "mean" if rule == "mean_of_users" else "median"
    typical = of_users.groupby([item, service_use["time"]], observed=True).transform(how)
    filled = service_use["quantity"].where(~unknown, typical.clip(lower=1.0))
    return service_use.assign(quantity=filled, quantity_imputed=unknown & typical.notna())


def fill_blank_items(
    service_use: pd.DataFrame, blocks: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Read a blank as no use where the rest of its block was answered.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    blocks : mapping
        Block of the questionnaire to its items. A rule set before looking at results; the
        analysis without it (blanks stay missing) belongs beside it.

    Returns
    -------
    DataFrame
        Service use with those blanks at 0. A block without any answer stays missing, and so
        does "used, number unknown".

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "time": "month_9", "service": ["gp", "nurse"],
    ...                     "quantity": [2.0, None]})
    >>> fill_blank_items(use, {"primary care": ["gp", "nurse"]})["quantity"].tolist()
    [2.0, 0.0]
    """
    item = service_use["item"] if "item" in service_use else service_use["service"]
    block = item.astype(object).map({name: b for b, names in blocks.items() for name in names})
    answered = service_use["quantity"].notna() | _used(service_use)
    keys = [service_use["participant"], service_use["time"], block]
    in_block = answered.groupby(keys, dropna=True).transform("any").eq(True)
    blank = service_use["quantity"].isna() & ~_used(service_use) & in_block & block.notna()
    return service_use.assign(quantity=service_use["quantity"].where(~blank, 0.0))


def drop_not_asked(
    service_use: pd.DataFrame, not_asked: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Take out items that a wave did not ask by design, so that they are not missing.

    Parameters
    ----------
    service_use : DataFrame
        Long service use.
    not_asked : mapping
        Time to the items that its form does not hold.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": "a", "time": ["baseline", "month_9"],
    ...                     "service": "prison", "quantity": [None, 0.0]})
    >>> len(drop_not_asked(use, {"baseline": ["prison"]}))
    1
    """
    item = service_use["item"] if "item" in service_use else service_use["service"]
    gone = pd.Series(False, index=service_use.index)
    for time, items in not_asked.items():
        gone |= (service_use["time"] == time) & item.isin(list(items))
    return service_use[~gone].reset_index(drop=True)


def check_unknown_use(service_use: pd.DataFrame, file: str | None = None) -> list[Finding]:
    """List used-but-unknown numbers and blanks on answered forms: ``N037`` and ``N038``.

    Examples
    --------
    >>> use = pd.DataFrame({"participant": ["a"], "time": ["month_9"], "service": ["gp"],
    ...                     "quantity": [None], "used": [True]})
    >>> [finding.code for finding in check_unknown_use(use)]
    ['N037']
    """
    number_unknown, item_blank = _unknown(service_use)
    item = service_use["item"] if "item" in service_use else service_use["service"]
    said = [
        ("N037", number_unknown, "were used an unknown number of times; that is not zero"),
        ("N038", item_blank, "are blank on a form with other answers; they stay missing"),
    ]
    findings = []
    for code, these, words in said:
        rows = service_use[these]
        if len(rows):
            items = ", ".join(sorted(set(item[rows.index].astype(str))))
            people = tuple(dict.fromkeys(rows["participant"].astype(str)))
            findings.append(
                Finding(code, f"{len(rows)} answers {words} ({items}).", Where(file), people)
            )
    return findings
