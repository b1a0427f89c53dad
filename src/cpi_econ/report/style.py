"""The look of the figures: journal sizes, colours, literal text, numbers on axes.

Colours are those of Okabe and Ito (2008), told apart by readers with any common form of
colour blindness. Text in figures comes from study files and is never read as mathematics.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

SINGLE_COLUMN = 85.0
DOUBLE_COLUMN = 170.0
ARM_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
INK = "#1F2933"
QUIET = "#5F6B7A"
FAINT = "#C9D1D9"
PAPER = "#FFFFFF"
_MM_PER_INCH = 25.4
_TALLEST = 115.0
# Letters of a legend that stand on an inch.
_LEGEND_CELLS = 18.0
_SETTINGS: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 7.0,
    "axes.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "cpi_econ",
    "svg.id": None,
    "pdf.fonttype": 42,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw inside this context: settings of the house, and no warning about a glyph.

    A user's label may hold characters that the bundled font lacks; they are kept as text in
    SVG, and a box in PNG is no reason to stop.

    Examples
    --------
    >>> with house_style():
    ...     matplotlib.rcParams["text.parse_math"]
    False
    """
    known = {key: value for key, value in _SETTINGS.items() if key in matplotlib.rcParams}
    with matplotlib.rc_context(known), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield


def new_axes(width: float = SINGLE_COLUMN, height: float | None = None) -> Axes:
    """Return axes on a figure of its own, ``width`` by ``height`` millimetres.

    Examples
    --------
    >>> float(new_axes(width=85).figure.get_figwidth().__round__(2))
    3.35
    """
    tall = min(width * 0.86, _TALLEST) if height is None else height
    figure = Figure(figsize=(width / _MM_PER_INCH, tall / _MM_PER_INCH), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()


@contextmanager
def on_axes(
    ax: Axes | None, width: float = SINGLE_COLUMN, height: float | None = None
) -> Iterator[Axes]:
    """Draw in the style of the house, on ``ax`` or on new axes [millimetres].

    Examples
    --------
    >>> with on_axes(None, width=170) as axes:
    ...     float(axes.figure.get_figwidth().__round__(2))
    6.69
    """
    with house_style():
        yield new_axes(width, height) if ax is None else ax


def legend_above(axes: Axes, columns: int = 2, order: Sequence[str] | None = None) -> Legend:
    """Name what is drawn in a row over the axes, so that no mark lies under a name.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    columns : int
        Names in a row.
    order : sequence of str, optional
        Names in the order shown; that of drawing when None.

    Returns
    -------
    matplotlib.legend.Legend
    """
    handles, labels = axes.get_legend_handles_labels()
    named = dict(zip(reversed(labels), reversed(handles), strict=True))
    shown = list(dict.fromkeys(labels)) if order is None else list(order)
    room = _LEGEND_CELLS * axes.figure.bbox.width / axes.figure.dpi
    while columns > 1 and _cells(shown, columns) > room:
        columns -= 1
    # From the right, so that a wide one grows over the names of the rows, not out of the figure.
    legend: Legend = axes.legend(
        [named[label] for label in shown], shown, ncols=columns, frameon=False, fontsize=6.5,
        loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2, handlelength=1.6,
    )  # fmt: skip
    return legend


def _cells(names: Sequence[str], columns: int) -> int:
    """Character cells of the widest row of a legend, its marks included."""
    wide = [columns_wide(name) + 6 for name in names]
    rows = -(-len(wide) // columns)
    return sum(max(wide[at : at + rows], default=0) for at in range(0, len(wide), rows or 1))


def columns_wide(text: str) -> int:
    """Return the width of ``text`` in character cells (an emoji or ideograph takes two).

    Examples
    --------
    >>> columns_wide("abc"), columns_wide("効果")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def one_line(text: str, most: int = 40) -> str:
    r"""Return ``text`` on one line without control characters, shortened to ``most`` cells.

    Examples
    --------
    >>> one_line("High\nfidelity agencies", most=15)
    'High fidelity…'
    """
    clean = "".join(" " if unicodedata.category(char) == "Cc" else char for char in str(text))
    words = " ".join(clean.split())
    if columns_wide(words) <= most:
        return words
    while columns_wide(words) > most - 1:
        words = words[:-1]
    return f"{words.rstrip()}…"


def wrapped(text: str, width: int, lines: int = 2) -> str:
    r"""Return ``text`` broken between words into at most ``lines`` lines of ``width`` cells.

    Examples
    --------
    >>> wrapped("High fidelity agencies", width=14)
    'High fidelity\nagencies'
    """
    rows = [""]
    for word in one_line(text, most=400).split(" "):
        joined = f"{rows[-1]} {word}".strip()
        if columns_wide(joined) <= width or not rows[-1]:
            rows[-1] = joined
        else:
            rows.append(word)
    kept = rows[:lines]
    if len(rows) > lines:
        kept[-1] = f"{kept[-1]} …"
    return "\n".join(one_line(row, width) for row in kept)


class Thousands(Formatter):
    """Tick labels with thousands separators and as many decimals as the ticks need.

    Examples
    --------
    >>> Thousands().format_ticks([-1000, 0, 1000])
    ['−1,000', '0', '1,000']
    >>> Thousands().format_ticks([0, 0.25, 0.5])
    ['0.00', '0.25', '0.50']
    """

    def __call__(self, value: float, pos: int | None = None) -> str:  # noqa: ARG002 - its signature
        """Return the label of one number."""
        return _label(value, _decimals([value]))

    def format_ticks(self, values: list[float]) -> list[str]:
        """Return the labels of all ticks of an axis, with the same decimals."""
        decimals = _decimals(values)
        return [_label(value, decimals) for value in values]


def _label(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def _decimals(values: list[float]) -> int:
    close = 1e-6 * max((abs(value) for value in values), default=1.0)
    for decimals in range(7):
        if all(abs(value - round(value, decimals)) <= close for value in values):
            return decimals
    return 7
