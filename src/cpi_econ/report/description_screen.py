"""The description of a study on the terminal: the report's tables, without results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from rich import box
from rich.console import Group
from rich.table import Table as Grid
from rich.text import Text

from cpi_econ.report.content import Block, Listing, Paragraph, Section, Table
from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material, labels_from
from cpi_econ.report.sections_clusters import clusters_section
from cpi_econ.report.sections_health import health_section
from cpi_econ.report.sections_sample import sample_section
from cpi_econ.report.sections_use import costs_section
from cpi_econ.report.style import columns_wide
from cpi_econ.result.table_block import from_block

if TYPE_CHECKING:
    from rich.console import RenderableType

_NARROW_SCREEN = 80


def description_screen(sample: Mapping[str, Any], told: Mapping[str, Any]) -> RenderableType:
    """Sample, missing values, service use and answers as terminal tables.

    Parameters
    ----------
    sample : mapping
        Sample block of ``results.json``.
    told : mapping
        Content of ``description.json``.
    """
    study = told["study"]
    frames = {name: from_block(block) for name, block in told["tables"].items()}
    of = Material({"sample": sample}, study, frames, {}, labels_from(study))
    made = (sample_section(of), clusters_section(of), costs_section(of), health_section(of))
    parts = [part for one in made if one.blocks for part in _section(one)]
    title = [Text(of.labels.title, style="bold"), Text()] if of.labels.title else []
    return Group(*title, *parts)


def _section(section: Section) -> list[RenderableType]:
    shown: list[RenderableType] = [Text(section.title, style="bold underline"), Text()]
    for block in section.blocks:
        shown += _block(block)
    return shown


def _block(block: Block) -> list[RenderableType]:
    if isinstance(block, Paragraph):
        return [Text(printable(block.text)), Text()]
    if isinstance(block, Listing):
        return [Text(f"{term}: {printable(text)}") for term, text in block.items]
    if isinstance(block, Table):
        return [Text(printable(block.caption), style="bold"), *_grids(block), Text()]
    return []


def _grids(block: Table) -> list[RenderableType]:
    """One grid; with arms side by side where they fit, under one another where not."""
    words = block.words
    if not block.groups:
        return [_grid(block.columns, block.rows, words)]
    if _natural(block) <= _NARROW_SCREEN:
        return [_abreast(block)]
    grids: list[RenderableType] = []
    for arm, places in _arms(block):
        shown = [*range(words), *places]
        rows = [[row[at] for at in shown] for row in block.rows]
        grids += [Text(printable(arm), style="italic"), _grid(_heads(block, shown), rows, words)]
        grids.append(Text())
    return grids[:-1]


def _abreast(block: Table) -> Grid:
    """Arms side by side, the words on the left once."""
    outer = Grid.grid(padding=(0, 3, 0, 0))
    parts: list[tuple[str, Grid]] = []
    for arm, places in _arms(block):
        shown = [*(() if parts else range(block.words)), *places]
        rows = [[row[at] for at in shown] for row in block.rows]
        words = 0 if parts else block.words
        parts.append((arm, _grid(_heads(block, shown), rows, words)))
    outer.add_row(*(Text(printable(arm), style="italic", justify="right") for arm, _ in parts))
    outer.add_row(*(grid for _, grid in parts))
    return outer


def _arms(block: Table) -> list[tuple[str, range]]:
    left, found = block.words, []
    for arm, short in block.groups:
        found.append((arm, range(left, left + len(short))))
        left += len(short)
    return found


def _heads(block: Table, shown: Sequence[int]) -> list[str]:
    lower = [*block.columns[: block.words], *(one for _, short in block.groups for one in short)]
    return [lower[at] for at in shown]


def _natural(block: Table) -> int:
    """Width of a table whose cells do not wrap."""
    places = range(len(block.columns))
    heads = _heads(block, places)
    return sum(
        3 + max(columns_wide(text) for text in (heads[at], *(row[at] for row in block.rows)))
        for at in places
    )


def _grid(columns: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        side: Literal["left", "right"] = "left" if place < words else "right"
        grid.add_column(Text(printable(name)), justify=side, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(printable(cell)) for cell in row))
    return grid
