"""``describe``: samples, missing data, service use and answers by arm and time."""

from __future__ import annotations

import sys

from cpi_econ.cli.options import Json, Quiet, Set, StudyFile, study_of


def describe(study: StudyFile, set_: Set = None, quiet: Quiet = False, json: Json = False) -> None:
    """Describe the data by arm and time: who, what is missing, services, answers, values."""
    from cpi_econ.evaluation.describe import describe as describe_study

    sample, told = describe_study(study_of(study, None, None, set_))
    if json:
        from json import dumps

        text = dumps({"sample": sample, **told}, indent=1, ensure_ascii=False, allow_nan=False)
        sys.stdout.write(text + "\n")
    elif not quiet:
        from cpi_econ.report.description_screen import description_screen
        from cpi_econ.report.terminal import screen

        screen().print(description_screen(sample, told))
