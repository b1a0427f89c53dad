"""The commands, gathered; each imports what it needs only when it runs."""

from __future__ import annotations

import gc
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


# One line each in the list of commands; a command's own help says more.
_COMMANDS = (
    (ceac, "ceac", "Run the analysis: summary, curve and plane."),
    (run_study, "run", "The same with all outcomes, scenarios and the report."),
    (check, "check", "List every problem of the study file and data."),
    (report, "report", "Write the report of a study or results folder."),
    (explain, "explain", "Show one participant, from answers to cost."),
    (describe, "describe", "Describe the data by arm and time."),
    (voi, "voi", "Print what information is worth."),
    (design, "design", "Print value and power of the next study."),
    (simulate, "simulate", "Try the analysis on made-up studies."),
    (new, "new", "Copy an example study, ready to edit."),
)
for _command, _name, _said in _COMMANDS:
    app.command(_name, short_help=_said)(_command)
app.add_typer(value_sets, name="value-sets", short_help="The catalogue of value sets; scoring.")
app.add_typer(unit_costs, name="unit-costs", short_help="The catalogue of unit costs and prices.")


def main() -> None:
    """Run a command; a user's mistake is told in words and ends with status 2."""
    # Libraries load a hundred thousand objects that stay. By default Python looks for rubbish among
    # them after every few hundred new ones, a tenth of a second in vain.
    gc.set_threshold(10_000)
    arguments = sys.argv[1:]
    _settle_streams(as_json="--json" in arguments)
    if not any(word.startswith("--dask") for word in arguments):
        _leave_dask_alone()
    status = run(arguments)
    # What is left goes with the process; to look through it once more takes a fifth of a second.
    gc.freeze()
    sys.exit(status)


def _leave_dask_alone() -> None:
    """Spare a command without a cluster the half second that xarray takes to import Dask.

    ``None`` is the word of Python's import system for a module that is not to be had. It is said
    here, where the process is the command's own, and never by the library. xarray that is loaded
    already has made up its mind whether there is Dask.
    """
    if "xarray" not in sys.modules:
        sys.modules.setdefault("dask", None)  # type: ignore[arg-type]


def _settle_streams(*, as_json: bool) -> None:
    """JSON is UTF-8 wherever it goes; a letter that a console lacks never stops a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    if as_json and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")


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
