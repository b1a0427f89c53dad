"""The ``value-sets`` commands: list, search, show and score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd

    from cpi_econ.effects.value_set import ValueSet

app = typer.Typer(
    help="The value-set catalogue, and the scoring of a file of answers.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Instrument = Annotated[str | None, typer.Option(help="For example EQ-5D-5L.")]
Region = Annotated[str | None, typer.Option(help="ISO 3166 code, for example GB.")]
_MODEL = (
    *("form", "start", "multiplier", "constant", "power", "level2_share", "weights", "levels"),
    *("terms", "most_severe", "overrides", "mapping", "target", "dimensions"),
)
_COLUMNS = ["id", "region", "year", "method", "n", "status", "worst"]


@app.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """List the catalogue when no command is given."""
    if context.invoked_subcommand is None:
        list_sets()


@app.command("list")
def list_sets(
    *, instrument: Instrument = None, region: Region = None, as_json: Json = False
) -> None:
    """List the value sets of the catalogue."""
    from cpi_econ.effects.catalogue import value_sets

    _show(value_sets(instrument, region), as_json)


@app.command()
def search(word: str, *, as_json: Json = False) -> None:
    """Search value sets by id, instrument, region, name or method."""
    from cpi_econ.effects.catalogue import value_sets

    table = value_sets()
    text = table[["id", "instrument", "region", "name", "method", "variants"]].agg(" ".join, axis=1)
    _show(table[text.str.contains(word, case=False, regex=False)], as_json)


@app.command()
def show(name: Annotated[str, typer.Argument(metavar="ID")], *, as_json: Json = False) -> None:
    """Show one value set: source, coefficients, best, worst, an example."""
    from cpi_econ.effects.catalogue import value_set

    chosen = value_set(name)
    facts = _facts(chosen)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    typer.echo(chosen.id)
    for key, value in facts.items():
        if isinstance(value, dict):
            typer.echo(f"  {key}")
            for inner, item in value.items():
                typer.echo(f"    {inner:<22} {_plain(item)}")
        elif key != "id":
            typer.echo(f"  {key:<13} {value}")


def _facts(chosen: ValueSet) -> dict[str, object]:
    """Source, definition, ends and an example of a set, without what is empty."""
    about, instrument = chosen.about, chosen.instrument
    about_set = (
        "name",
        "region",
        "year",
        "method",
        "n",
        "citation",
        "doi",
        "licence",
        "variant_of",
    )
    stated = about.get("stated") or {}
    example = _example(chosen)
    facts: dict[str, object] = {"id": chosen.id, "instrument": instrument.name}
    facts |= {key: about.get(key) for key in about_set}
    facts |= {"status": chosen.status, "discrepancy": about.get("discrepancy")}
    facts |= {"note": about.get("note"), "variants": " ".join(chosen.variants)}
    facts |= {key: about.get(key) for key in _MODEL}
    if stated:
        facts["best"] = "{state} = {value}".format(**stated["best"])
        facts["worst"] = "{state} = {value}".format(**stated["worst"])
        facts["lowest"] = "{state} = {value}".format(**stated["lowest"])
    facts["example"] = f"{example} = {chosen.value(example):.4f}"
    return {key: value for key, value in facts.items() if value not in (None, "", {})}


def _example(chosen: ValueSet) -> str:
    """A state one level from the best in every other dimension."""
    instrument = chosen.instrument
    down = instrument.best == "last"
    ends = [last if down else instrument.first for last in instrument.last]
    step = -1 if down else 1
    return "".join(str(end + step * (place % 2)) for place, end in enumerate(ends))


def _plain(item: object) -> str:
    if isinstance(item, dict):
        return "  ".join(f"{key}: {_plain(value)}" for key, value in item.items())
    return str(item)


@app.command()
def score(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="csv, tsv, parquet, xlsx, dta, sav.")
    ],
    *,
    value_set: Annotated[str, typer.Option(help="Catalogue id, or the path of your own set.")],
    columns: Annotated[
        str | None, typer.Option(help="Where the answers are: mobility=mo,self_care=sc,...")
    ] = None,
    state: Annotated[str | None, typer.Option(help="Column of written states.")] = None,
    missing: Annotated[
        list[str] | None, typer.Option(help="A code that means no answer; repeatable.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(help="van_hout_2012, van_hout_2021 or dsu_2023.")
    ] = None,
    age: Annotated[str | None, typer.Option(help="Column of ages, for dsu_2023.")] = None,
    sex: Annotated[str | None, typer.Option(help="Column of sex, for dsu_2023.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write; its ending is its format.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook; the first one when absent.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Score a file of answers and write it back with a utility column."""
    from cpi_econ.cli.scored_file import score_file

    place = {"state": state} if state else _pairs(columns)
    codes = missing or []
    done = score_file(
        file, value_set, place, codes, mapping=mapping, age=age, sex=sex, out=out, sheet=sheet
    )
    summary = done.summary()
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    for finding in done.findings:
        typer.echo(str(finding), err=True)
    counted = f"{summary['scored']} of {summary['rows']} rows scored"
    typer.echo(f"{counted}, mean {done.utility.mean():.4f}; column {done.column}")
    typer.echo(f"wrote {summary['file']}")


def _pairs(columns: str | None) -> dict[str, str]:
    from cpi_econ.errors import ValueSetError, stop

    pairs = [pair.partition("=") for pair in (columns or "").split(",") if pair.strip()]
    wrong = [left for left, sign, _ in pairs if not sign]
    if wrong:
        message = f'--columns holds "{wrong[0]}"; write dimension=column, separated by commas.'
        stop(ValueSetError, "E055", message)
    return {left.strip(): right.strip() for left, _, right in pairs}


def _show(table: pd.DataFrame, as_json: bool) -> None:
    if as_json:
        records = json.loads(table.to_json(orient="records"))
        typer.echo(json.dumps({"value_sets": records}, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=None, pad_edge=False)
    for name in _COLUMNS:
        right = name in ("n", "worst")
        grid.add_column(name, justify="right" if right else "left", no_wrap=name != "method")
    for row in table[_COLUMNS].itertuples(index=False):
        cells = ["" if v != v else f"{v:g}" if isinstance(v, float) else str(v) for v in row]
        grid.add_row(*cells)
    Console(width=max(100, Console().width)).print(grid)
    typer.echo(f"{len(table)} value sets")
