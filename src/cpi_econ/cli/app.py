"""The commands, gathered; each imports what it needs only when it runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cpi_econ.cli.ceac import ceac
from cpi_econ.cli.check import check
from cpi_econ.cli.describe import describe
from cpi_econ.cli.design import design
from cpi_econ.cli.explain import explain
from cpi_econ.cli.new import new
from cpi_econ.cli.report import report
from cpi_econ.cli.run import run as run_study
from cpi_econ.cli.simulate import simulate
from cpi_econ.cli.unit_costs import app as unit_costs
from cpi_econ.cli.value_sets import app as value_sets
from cpi_econ.cli.voi import voi

_HELP = (
    "Economic evaluation alongside studies of health and social care: from one study file to the "
    "cost-effectiveness plane and the acceptability curve."
)
_INTERRUPTED = 130
app = typer.Typer(
    name="cpi-econ",
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from cpi_econ import __version__

        typer.echo(f"cpi-econ {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Version, and exit."),
    ] = False,
) -> None:
    """Hold the options that stand before a command."""
    del version


app.command()(ceac)
app.command("run")(run_study)
for _command in (check, report, explain, describe, voi, design, simulate, new):
    app.command()(_command)
app.add_typer(value_sets, name="value-sets")
app.add_typer(unit_costs, name="unit-costs")


def main() -> None:
    """Run a command; a user's mistake is told in words and ends with status 2."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Exit status of a command line: 0 done, 1 our fault, 2 the input, 130 interrupted."""
    from cpi_econ.errors import FindingsError

    try:
        outcome = app(args=arguments, standalone_mode=False, prog_name="cpi-econ")
    except FindingsError as error:
        from cpi_econ.report.findings_screen import findings_panel
        from cpi_econ.report.terminal import screen

        screen(stderr=True).print(findings_panel(error.findings))
        return 2
    except KeyboardInterrupt:
        return _interrupted()
    except Exception as error:
        return _other(error)
    if outcome == _INTERRUPTED:
        return _interrupted()
    return outcome if isinstance(outcome, int) else 0


def _interrupted() -> int:
    sys.stderr.write("interrupted; nothing was written.\n")
    return _INTERRUPTED


def _other(error: Exception) -> int:
    """Status of a usage error, or of a fault that is ours and is shown as one."""
    import traceback

    code = getattr(error, "exit_code", None)
    if type(error).__name__ == "Abort":
        return _interrupted()
    if code is not None:
        error.show()  # type: ignore[attr-defined]
        return int(code)
    traceback.print_exception(error)
    sys.stderr.write(
        "\nThis is a fault of the program, not of your input. Nothing was written. Please report "
        "it with the lines above.\n"
    )
    return 1
