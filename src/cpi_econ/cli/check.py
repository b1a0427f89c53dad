"""``check``: data problems only, every one at once, nothing written."""

from __future__ import annotations

import sys

import typer

from cpi_econ.cli.options import Json, Quiet, Set, StudyFile, study_of


def check(study: StudyFile, set_: Set = None, quiet: Quiet = False, json: Json = False) -> None:
    """List every problem of the study file and its data; write nothing."""
    from cpi_econ.errors import FindingsError
    from cpi_econ.evaluation.evaluate import check as check_study

    try:
        findings = check_study(study_of(study, None, None, set_))
    except FindingsError as error:
        findings = list(error.findings)
    stops = any(found.severity == "error" for found in findings)
    if json:
        from json import dumps

        from cpi_econ.evaluation.evaluate import finding_block

        sys.stdout.write(dumps([finding_block(one) for one in findings], indent=1) + "\n")
    elif not quiet or stops:
        from cpi_econ.report.findings_screen import findings_panel
        from cpi_econ.report.terminal import screen

        screen().print(findings_panel(findings, nothing_written=False))
    if stops:
        raise typer.Exit(2)
