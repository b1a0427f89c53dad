"""What the terminal and the report need to know of a study besides its results."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Words of the study: its title, its arms' labels, its money.

    Parameters
    ----------
    title : str
        Title of the study.
    arms : mapping of str to str
        Label of each arm by name; an arm without one is shown by its name.
    reference : str
        Name of the reference arm.
    currency, price_year : str
        Currency code and price year, as in the study file.
    perspective : tuple of str
        Tags of the cost lines that count.
    horizon : str
        Horizon as written in the study file.
    cluster : str
        What a cluster is called: the name of its column.
    level : float
        Level of the intervals, 0.95 for 95%.

    Examples
    --------
    >>> Labels(arms={"high": "High fidelity"}).arm("high")
    'High fidelity'
    """

    title: str = ""
    arms: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    currency: str = "GBP"
    price_year: str = ""
    perspective: tuple[str, ...] = ()
    horizon: str = ""
    cluster: str = "cluster"
    level: float = 0.95

    def arm(self, name: str) -> str:
        """Return the label of an arm, safe to print."""
        return printable(self.arms.get(name) or name)

    @property
    def interval(self) -> str:
        """Name of the intervals, with their level."""
        return f"{100 * self.level:g}% interval"

    @property
    def setting(self) -> str:
        """One line: perspective, money, horizon."""
        prices = f"{self.currency} {self.price_year}".strip()
        parts = (", ".join(self.perspective), prices, self.horizon)
        return printable(" | ".join(part for part in parts if part))


_DIMENSIONS = {
    "self_care": "Self-care",
    "pain_discomfort": "Pain/discomfort",
    "anxiety_depression": "Anxiety/depression",
}


def dimension_name(name: str) -> str:
    """Return the name of a dimension as questionnaires print it.

    Examples
    --------
    >>> dimension_name("pain_discomfort"), dimension_name("usual_activities")
    ('Pain/discomfort', 'Usual activities')
    """
    return _DIMENSIONS.get(name, printable(name.replace("_", " ")).capitalize())


def printable(text: str) -> str:
    r"""Return ``text`` on one line without what could command a terminal.

    Control characters (escape sequences, line ends) become spaces; characters that reorder
    the text around them are dropped; letters of any script stay.

    Examples
    --------
    >>> printable("High\nfidelity\x1b[31m")
    'High fidelity [31m'
    """
    kept = (char for char in str(text) if char not in _OVERRIDES)
    flat = "".join(" " if unicodedata.category(char) == "Cc" else char for char in kept)
    return " ".join(flat.split())
