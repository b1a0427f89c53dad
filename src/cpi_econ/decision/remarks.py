"""What a reader of the results must be told, with the numbers of the study at hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from cpi_econ.contracts import ARM
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import quadrants
from cpi_econ.decision.moments import is_exact
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.errors import Finding


def decision_findings(replicates: xr.Dataset, report: Sequence[float] = ()) -> list[Finding]:
    """Notes on direction, ratio, curve and Monte Carlo error.

    Parameters
    ----------
    replicates : Dataset
        ``cost`` and ``effect`` on ``(replicate, arm)``.
    report : sequence of float
        Thresholds that the paper reports [currency / unit of effect].

    Returns
    -------
    list of Finding
        ``N117`` direction of differences, ``N137`` or ``N138`` on the ratio, ``N139`` the curve at
        0, ``N144`` Monte Carlo error of each reported probability.

    Examples
    --------
    >>> from cpi_econ.decision.replicates import replicates
    >>> made = replicates([[0, 9], [0, 11]], [[0, 1], [0, 1]], arms=["a", "b"], reference="a")
    >>> [finding.code for finding in decision_findings(made, [20])]
    ['N117', 'N139', 'N144']
    """
    reference = replicates.attrs["reference"]
    others = [str(arm) for arm in replicates[ARM].values if arm != reference]
    findings = [Finding("N117", f"difference = {arm} minus {reference}.") for arm in others]
    for arm in others:
        findings += icer(replicates, arm).findings
    if not is_exact(replicates):
        findings += _curve_notes(replicates, others, report)
    return findings


def _curve_notes(
    replicates: xr.Dataset, others: Sequence[str], report: Sequence[float]
) -> list[Finding]:
    shares = quadrants(replicates)
    findings = []
    for arm in others:
        cheaper = float(shares.sel({ARM: arm, "quadrant": ["SE", "SW"]}).sum())
        findings.append(
            Finding(
                "N139",
                f"P({arm} has more net benefit than {replicates.attrs['reference']}) at 0 = "
                f"{cheaper:.3f} = share of draws in which {arm} saves money.",
            )
        )
    if not len(report):
        return findings
    table = inmb_intervals(replicates, np.asarray(report, dtype=float))
    for arm in others:
        for threshold in table["wtp"].values:
            at = table.sel({ARM: arm, "wtp": threshold})
            findings.append(
                Finding(
                    "N144",
                    f"P({arm} cost-effective at {threshold:,.0f}) = {float(at['probability']):.3f} "
                    f"(Monte Carlo SE {float(at['mcse']):.4f}).",
                )
            )
    return findings
