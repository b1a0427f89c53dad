"""``ceac``: the main job, from a study file to the acceptability curve."""

from __future__ import annotations

import sys

from cpi_econ.cli.options import (
    Dask,
    Jobs,
    Json,
    Out,
    Private,
    Quiet,
    Replicates,
    Resume,
    Seed,
    Set,
    StudyFile,
    sharing,
    study_of,
)
from cpi_econ.cli.running import progress_bar, show_summary


def ceac(
    study: StudyFile,
    out: Out = None,
    private: Private = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = 1,
    dask: Dask = None,
    resume: Resume = False,
    set_: Set = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Run the whole analysis; print the summary; write the results folder."""
    from cpi_econ.evaluation.evaluate import evaluate
    from cpi_econ.report.private_folder import check_private, write_private
    from cpi_econ.report.results_folder import write_results
    from cpi_econ.result.rerun import rerun_findings

    plan = study_of(study, replicates, seed, set_)
    folder = out if out is not None else plan.folder / "results"
    if private is not None:
        check_private(private, folder)
    with sharing(folder, dask, resume):
        with progress_bar(shown=not quiet and not json) as progress:
            result = evaluate(plan, jobs=jobs, progress=progress)
        changed = rerun_findings(result.document, folder)
        files = write_results(result, folder, report=plan.wtp.report, level=plan.uncertainty.level)
    if private is not None:
        write_private(result, private, plan.currency)
    if json:
        sys.stdout.write(result.to_json())
    elif not quiet:
        show_summary(plan, result, folder, files, changed)
