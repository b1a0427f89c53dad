"""The nearest names to a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], most: int = 3) -> str:
    """Sentence that names what the user may have meant; empty when nothing is near.

    Examples
    --------
    >>> nearest("gp_surgry", ["gp_surgery", "ae_all"])
    ' Did you mean gp_surgery?'
    """
    lower = {one.lower(): one for one in sorted(set(known), reverse=True)}
    close = [lower[one] for one in get_close_matches(name.lower(), lower, n=most, cutoff=0.6)]
    return f" Did you mean {' or '.join(close)}?" if close else ""
