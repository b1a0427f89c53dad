"""Screening questions: a blank becomes zero only where its question says no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from cpi_econ.errors import Finding, Where
from cpi_econ.study.wording import number_of


@dataclass(frozen=True, slots=True)
class Screened:
    """What a screening question did to one item.

    Parameters
    ----------
    question, quantity : str
        Columns of the question and of the quantity.
    file : str
        Name of their file.
    blanks, zeros : int
        Blank quantities, and those that became zero.
    against : tuple of str
        Participants who said no and gave a quantity above zero.
    rows_against : int
        Rows in which they did.
    """

    question: str
    quantity: str
    file: str
    blanks: int
    zeros: int
    against: tuple[str, ...] = ()
    rows_against: int = 0


def screen_out(frame: pd.DataFrame, question: str, quantity: str, file: str) -> Screened:
    """Set blanks of ``frame`` to zero where ``used`` is no, and count them.

    Parameters
    ----------
    frame : DataFrame
        ``participant``, ``quantity`` and ``used`` of one item; changed in place.
    question, quantity, file : str
        Names for the finding.

    Examples
    --------
    >>> frame = pd.DataFrame({"participant": ["a", "b"], "quantity": [None, 2.0],
    ...                       "used": pd.array([False, True], dtype="boolean")})
    >>> screen_out(frame, "any_inpatient", "nights", "csri.csv").zeros, frame["quantity"].tolist()
    (1, [0.0, 2.0])
    """
    blank = frame["quantity"].isna()
    no = frame["used"].eq(False).fillna(False).astype(bool)
    frame.loc[blank & no, "quantity"] = 0.0
    against = frame[no & (frame["quantity"] > 0)]
    people = tuple(against["participant"].unique())
    zeros = int((blank & no).sum())
    return Screened(question, quantity, file, int(blank.sum()), zeros, people, len(against))


def screening_findings(screened: Iterable[Screened]) -> list[Finding]:
    """``W108`` for each screening question, ``W017`` for each item that contradicts its own.

    Parameters
    ----------
    screened : iterable of Screened

    Examples
    --------
    >>> one = Screened("any_inpatient", "nights", "csri.csv", 38, 31)
    >>> screening_findings([one])[0].message
    '38 blanks in nights: 31 become 0 because any_inpatient = no; 7 stay missing.'
    """
    items = list(screened)
    questions = dict.fromkeys((one.file, one.question) for one in items)
    findings = []
    for key in questions:
        asked = [one for one in items if (one.file, one.question) == key and one.blanks]
        if asked:
            findings.append(_blanks(asked))
    return findings + [_contradiction(one) for one in items if one.rows_against]


def _blanks(asked: list[Screened]) -> Finding:
    first = asked[0]
    blanks, zeros = sum(one.blanks for one in asked), sum(one.zeros for one in asked)
    names = ", ".join(dict.fromkeys(one.quantity for one in asked))
    message = (
        f"{number_of(blanks, 'blank')} in {names}: {zeros} become 0 because {first.question} = "
        f"no; {blanks - zeros} stay missing."
    )
    column = first.quantity if len(asked) == 1 else first.question
    return Finding("W108", message, Where(first.file, None, column))


def _contradiction(one: Screened) -> Finding:
    message = (
        f"{one.question} = no and a quantity above 0 stand together in "
        f"{number_of(one.rows_against, 'row')}; the quantity is kept."
    )
    return Finding("W017", message, Where(one.file, None, one.quantity), one.against)
