"""The ``unit-costs`` commands: list, search, show, inflate and convert."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    help="The unit-cost catalogue, price years and currencies.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Table = Annotated[list[str] | None, typer.Option("--table", help="Catalogue table; repeatable.")]


@app.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """List the catalogue when no command is given."""
    if context.invoked_subcommand is None:
        list_tables(as_json=False)


@app.command("list")
def list_tables(*, as_json: Json = False) -> None:
    """List the tables of the catalogue and the price indices."""
    import pandas as pd

    from cpi_econ.costs.price_index import price_indices
    from cpi_econ.costs.unit_costs import unit_cost_tables, unit_costs

    rows = []
    for name in unit_cost_tables():
        table = unit_costs(name)
        single = int((table["status"] == "single").sum())
        year = table["price_year"].iloc[0]
        rows.append((name, year, len(table), single, table["section"].nunique()))
    columns = ["table", "price_year", "services", "single_source", "sections"]
    _show({"tables": pd.DataFrame(rows, columns=columns), "indices": price_indices()}, as_json)


@app.command()
def search(word: str, *, table: Table = None, as_json: Json = False) -> None:
    """Search services by id, label, section, unit or note."""
    rows = _catalogue(table)
    text = rows["service"] + " " + rows["label"] + " " + rows["section"] + " " + rows["note"]
    hits = rows[text.str.contains(word, case=False, regex=False)]
    columns = ["service", "label", "unit", "unit_cost", "price_year", "status"]
    _show({"services": hits[columns]}, as_json)


@app.command()
def show(service: str, *, table: Table = None, as_json: Json = False) -> None:
    """Show one service in every table, with its source."""
    from cpi_econ.costs.nearest import nearest
    from cpi_econ.errors import UnitCostError, stop

    rows = _catalogue(table)
    hits = rows[rows["service"] == service]
    if hits.empty:
        hint = nearest(service, rows["service"])
        stop(UnitCostError, "E036", f'no unit cost is called "{service}".{hint}')
    if as_json:
        _show({"services": hits}, as_json)
        return
    for row in hits.to_dict("records"):
        typer.echo(f"{row['service']} ({row['table']})")
        for name, value in row.items():
            if (
                name not in ("service", "table", "file", "row")
                and value not in ("", None)
                and value == value
            ):
                typer.echo(f"  {name:<11} {value}")


@app.command()
def inflate(
    amount: float,
    from_year: str,
    to_year: str,
    *,
    index: Annotated[str, typer.Option(help="Name of the price index.")],
    as_json: Json = False,
) -> None:
    """Move an amount between price years: AMOUNT FROM TO --index NAME."""
    from cpi_econ.costs.price_index import index_factor

    factor = index_factor(from_year, to_year, index)
    if as_json:
        answer = {"amount": amount * factor, "factor": factor, "index": index}
        typer.echo(json.dumps(answer | {"from": from_year, "to": to_year}))
        return
    typer.echo(f"{amount:g} at {from_year} = {amount * factor:.2f} at {to_year}")
    typer.echo(f"factor {factor:.6f}, index {index}")


@app.command()
def convert(
    amount: float,
    from_currency: str,
    to_currency: str,
    *,
    year: Annotated[str, typer.Option(help="Calendar year of the purchasing power parity.")],
    as_json: Json = False,
) -> None:
    """Convert money at purchasing power parity: AMOUNT FROM TO --year YEAR."""
    from cpi_econ.costs.currency import convert as converted

    answer = converted(amount, from_currency, to_currency, year=year)
    if as_json:
        typer.echo(json.dumps({"amount": answer, "currency": to_currency, "year": year}))
        return
    typer.echo(f"{amount:g} {from_currency} = {answer:.2f} {to_currency} (PPP, {year})")


def _catalogue(tables: list[str] | None) -> pd.DataFrame:
    import pandas as pd

    from cpi_econ.costs.unit_costs import unit_cost_tables, unit_costs

    names = tables or unit_cost_tables()
    return pd.concat([unit_costs(name).assign(table=name) for name in names], ignore_index=True)


def _show(tables: dict[str, pd.DataFrame], as_json: bool) -> None:
    if as_json:
        records = {
            name: json.loads(table.to_json(orient="records")) for name, table in tables.items()
        }
        typer.echo(json.dumps(records, ensure_ascii=False))
        return
    from rich.table import Table as Grid

    from cpi_econ.report.terminal import screen

    for frame in tables.values():
        grid = Grid(box=None, pad_edge=False)
        for name in frame.columns:
            numeric = frame[name].dtype.kind in "if"
            whole = name in ("service", "table", "name")  # copied into study files as they stand
            grid.add_column(
                str(name),
                justify="right" if numeric else "left",
                overflow="fold",
                no_wrap=whole or numeric,
                min_width=None if numeric or whole else _longest_word(frame[name]),
            )
        for row in frame.itertuples(index=False):
            grid.add_row(*(f"{v:g}" if isinstance(v, float) else str(v) for v in row))
        console = screen()
        console.width = max(100, console.width)
        console.print(grid)


def _longest_word(texts: pd.Series) -> int:
    """Width in which no word of a column is broken, at most 20."""
    words = (word for text in texts.astype(str).unique() for word in text.split())
    return min(20, max(map(len, words), default=1))
