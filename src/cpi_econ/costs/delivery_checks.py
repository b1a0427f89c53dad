"""What can be wrong with an agency table of delivery costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from cpi_econ.costs.nearest import nearest
from cpi_econ.errors import Finding, Where

Share = Literal["per_client", "per_contact", "per_month"]
BASIS = {"per_client": "clients", "per_contact": "contacts", "per_month": "client_months"}
OWN = {"per_contact": "contacts", "per_month": "months"}
_COMPONENTS = ("training", "supervision", "preparation", "materials", "travel")


def money_columns(agencies: pd.DataFrame) -> list[str]:
    """Return the columns of money of an agency table: its components, else its total.

    Examples
    --------
    >>> money_columns(pd.DataFrame(columns=["agency", "training_cost", "total_cost"]))
    ['training_cost']
    """
    names = [name for part in _COMPONENTS for name in (part, f"{part}_cost")] + ["contacts_cost"]
    parts = [name for name in names if name in agencies]
    return parts or [name for name in ("total_cost", "cost") if name in agencies][:1]


def check_delivery(
    participants: pd.DataFrame,
    agencies: pd.DataFrame,
    share: Share,
    cluster: str,
    agency: str,
    components: Sequence[str],
    file: str | None = None,
) -> list[Finding]:
    """List what is wrong with an agency table.

    Parameters
    ----------
    participants, agencies, share, cluster, agency, components, file
        As for ``delivery_lines``.

    Returns
    -------
    list of Finding
        ``E030``, ``E047``, ``E049``.

    Examples
    --------
    >>> people = pd.DataFrame({"participant": ["a"], "cluster": ["x"]})
    >>> table = pd.DataFrame({"agency": ["y"], "training": [900.0], "clients": [10]})
    >>> found = check_delivery(people, table, "per_client", "cluster", "agency", ["training"])
    >>> [finding.code for finding in found]
    ['E047']
    """
    findings = _missing(participants, agencies, share, cluster, agency, components, file)
    if findings:
        return findings
    names = agencies[agency].astype(str)
    for name in sorted(set(participants[cluster].astype(str)) - set(names)):
        said = f'agency "{name}" has participants and no row of delivery costs.'
        findings.append(Finding("E047", said + nearest(name, names), Where(file, column=agency)))
    for name in sorted(set(names[names.duplicated()])):
        said = f'agency "{name}" has two rows of delivery costs; keep one.'
        findings.append(Finding("E047", said, Where(file, column=agency)))
    return findings + _amounts(agencies, BASIS[share], names, components, file)


def _missing(
    participants: pd.DataFrame,
    agencies: pd.DataFrame,
    share: Share,
    cluster: str,
    agency: str,
    components: Sequence[str],
    file: str | None,
) -> list[Finding]:
    findings = [
        Finding(
            "E030",
            f'agency table has no column "{name}", which share: {share} needs.'
            f"{nearest(name, agencies.columns)}",
            Where(file, 1, name),
        )
        for name in (agency, BASIS[share], *components)
        if name not in agencies
    ]
    if not components:
        said = f"agency table has no column of money; columns are {', '.join(_COMPONENTS)}."
        findings.append(Finding("E030", said, Where(file, 1)))
    needed = [cluster, OWN[share]] if share in OWN else [cluster]
    return findings + [
        Finding("E030", f'participants have no column "{name}", which share: {share} needs.')
        for name in needed
        if name not in participants
    ]


def _amounts(
    agencies: pd.DataFrame,
    basis: str,
    names: pd.Series,
    components: Sequence[str],
    file: str | None,
) -> list[Finding]:
    shared_over = pd.to_numeric(agencies[basis], errors="coerce")
    findings = [
        Finding(
            "E049",
            f"{basis} of agency {names.iloc[i]} is {agencies[basis].iloc[i]}; it must be above 0 "
            "to share over.",
            Where(file, i + 2, basis),
        )
        for i in range(len(agencies))
        if not shared_over.iloc[i] > 0
    ]
    for part in components:
        money = pd.to_numeric(agencies[part], errors="coerce")
        findings += [
            Finding(
                "E049",
                f"{part} of agency {names.iloc[i]} is {agencies[part].iloc[i]}; it must be 0 or "
                "more.",
                Where(file, i + 2, part),
            )
            for i in range(len(agencies))
            if not money.iloc[i] >= 0
        ]
    return findings
