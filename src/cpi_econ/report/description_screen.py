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
from cpi_econ.result.table_block import from_block

if TYPE_CHECKING:
    from rich.console import RenderableType


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
    """One grid, or one an arm where the arms side by side would not fit."""
    words = block.words
    if not block.groups:
        return [_grid(block.columns, block.rows, words)]
    grids: list[RenderableType] = []
    left = words
    for arm, short in block.groups:
        right = left + len(short)
        rows = [[*row[:words], *row[left:right]] for row in block.rows]
        columns = [*block.columns[:words], *short]
        grids += [Text(printable(arm), style="italic"), _grid(columns, rows, words), Text()]
        left = right
    return grids[:-1]


def _grid(columns: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        side: Literal["left", "right"] = "left" if place < words else "right"
        grid.add_column(Text(printable(name)), justify=side, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(printable(cell)) for cell in row))
    return grid
