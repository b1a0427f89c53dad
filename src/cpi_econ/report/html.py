"""The report as one page: opens from disk, asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from cpi_econ.report.content import Block, Explorer, Picture, Section
from cpi_econ.report.explorer import explorer_data
from cpi_econ.report.extra import needs
from cpi_econ.report.material import Material
from cpi_econ.report.style import house_style
from cpi_econ.report.table_shapes import decimals_aligned
from cpi_econ.report.typeset import glued

if TYPE_CHECKING:
    from markupsafe import Markup

# A little more than the 96 of CSS: type of seven points is small on a screen.
_PIXELS_PER_INCH = 118


def html_page(of: Material, shown: Sequence[Section]) -> str:
    """Text of ``report.html``.

    Parameters
    ----------
    of : Material
    shown : sequence of Section
        From ``sections``.

    Raises
    ------
    DataError
        ``E029`` jinja2 is not installed.

    Notes
    -----
    Every word of a study file passes the template's escaping, figures are pictures that cannot
    run anything, and the page's own policy allows its one script and its one style sheet, named
    by their hashes, and nothing else.
    """
    needs("jinja2")
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, keep_trailing_newline=True)
    # The default JSON leaves NaN and non-ASCII to chance.
    environment.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":")}
    environment.filters["glued"] = glued
    template = environment.from_string(_text("report.html.j2"))
    style, script = _text("style.css"), _text("report.js")
    return template.render(
        title=of.labels.title or "Economic evaluation",
        setting=of.labels.setting,
        interval=of.labels.interval,
        blind=masked(of),
        sections=shown,
        kind_of=_kind,
        aligned=decimals_aligned,
        image=drawn,
        data=json.loads(json.dumps(explorer_data(of), allow_nan=False))
        if _explored(shown)
        else None,
        style=_trusted(style),
        script=_trusted(script),
        style_hash=_digest(style),
        script_hash=_digest(script),
        version=of.results["provenance"]["version"],
    )


def masked(of: Material) -> bool:
    """Whether the arms are masked: blinded, and the plan's hash not confirmed."""
    plan = of.study["plan"]
    return bool(plan["blind"]) and plan["registered"] != plan["sha256"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure inside the page: its data and its size [CSS pixels]."""

    uri: str
    width: int
    height: int


def drawn(picture: Picture) -> Drawn:
    """Figure as an SVG image inside the page; its text stays text.

    Parameters
    ----------
    picture : Picture
    """
    buffer = io.BytesIO()
    with house_style():
        figure = picture.draw().get_figure(root=True)
        assert figure is not None
        figure.savefig(buffer, format="svg", dpi=150, metadata={"Date": None}, facecolor="white")
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    width, height = (round(_PIXELS_PER_INCH * inches) for inches in figure.get_size_inches())
    return Drawn(f"data:image/svg+xml;base64,{data}", width, height)


def _explored(shown: Sequence[Section]) -> bool:
    return any(isinstance(block, Explorer) for one in shown for block in one.blocks)


def _kind(block: Block) -> str:
    return type(block).__name__


def _text(name: str) -> str:
    return (files("cpi_econ.report") / "templates" / name).read_text(encoding="utf-8")


def _trusted(text: str) -> Markup:
    """Our own file, not to be escaped."""
    from markupsafe import Markup

    return Markup(text)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
