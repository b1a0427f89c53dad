"""The catalogue: every value set under ``tariffs``, by id."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cpi_econ.effects.definition import DEFINITION_KEYS
from cpi_econ.effects.mapping_probabilities import mapped_values
from cpi_econ.effects.value_set import ValueSet
from cpi_econ.effects.value_set_file import build_value_set, read_value_set_file, read_yaml
from cpi_econ.errors import ValueSetError, stop
from cpi_econ.paths import data_root

FOLDERS = ("eq5d_3l", "eq5d_5l", "eq5d_y3l", "icecap", "other")


@cache
def _index() -> pd.DataFrame:
    path = data_root() / "tariffs" / "catalogue.csv"
    return pd.read_csv(
        path, keep_default_na=False, na_values={"n": [""], "states_below_zero": [""]}
    )


def value_sets(instrument: str | None = None, region: str | None = None) -> pd.DataFrame:
    """The catalogue, one row a value set.

    Parameters
    ----------
    instrument : str, optional
        For example ``EQ-5D-5L``.
    region : str, optional
        ISO 3166 code; ``GB`` finds its parts (``GB-ENG``) too.

    Returns
    -------
    DataFrame
        Columns id, instrument, region, name, year, method, n, status, best, worst_state, worst,
        lowest, variants, file.

    Examples
    --------
    >>> value_sets(instrument="EQ-5D-5L", region="GB")["id"].tolist()
    ['eq5d5l_gb_2026', 'eq5d5l_gb_crosswalk_2012', 'eq5d5l_gbeng_2018']
    """
    table = _index()
    if instrument is not None:
        table = table[table["instrument"] == instrument]
    if region is not None:
        table = table[(table["region"] == region) | table["region"].str.startswith(f"{region}-")]
    return table.reset_index(drop=True)


def value_set(id: str | Path) -> ValueSet:
    """Value set of the catalogue, one of its named variants, or a user's own file.

    Parameters
    ----------
    id : str or path
        Catalogue id such as ``eq5d5l_gb_2026``, the id of a variant, or the path of a YAML or CSV
        file.

    Raises
    ------
    ValueSetError
        ``E050`` no set of that id; the nearest ids are offered. ``E051`` a file at fault.

    Examples
    --------
    >>> round(value_set("eq5d5l_gb_2026").value(55555), 3)
    -0.567
    """
    if not id:
        stop(ValueSetError, "E107", "name a value set and its publication. There is no default.")
    path = Path(id)
    if path.suffix.lower() in (".yaml", ".yml", ".csv", ".gz"):
        return read_value_set(path)
    return _load(str(id))


def read_value_set(path: str | Path, instrument: str | None = None) -> ValueSet:
    """User's own value set from a file; see :func:`read_value_set_file` for the formats.

    Examples
    --------
    >>> read_value_set(data_root() / "tariffs/icecap/icecap_o_gb_2008.yaml").instrument.name
    'ICECAP-O'
    """
    return read_value_set_file(path, instrument)


@cache
def _load(id: str) -> ValueSet:
    owner, path = _place(id)
    about = {k: v for k, v in read_yaml(path).items() if k != "id"}
    if id != owner:
        about = _variant(about, id, owner)
    return build_value_set({"id": id, **_resolved(about)}, path.name)


def _place(id: str) -> tuple[str, Path]:
    root = data_root() / "tariffs"
    table = _index()
    hit = table["id"] == id
    if not hit.any():
        hit = table["variants"].map(lambda names: id in names.split())
    if not hit.any():
        _unknown(id, table)
    row = table[hit].iloc[0]
    return str(row["id"]), root / str(row["file"])


def _unknown(id: str, table: pd.DataFrame) -> None:
    known = [*table["id"], *" ".join(table["variants"]).split()]
    near = difflib.get_close_matches(id.lower(), known, n=4, cutoff=0.5)
    offer = f" Nearest: {', '.join(near)}." if near else ""
    message = (
        f'there is no value set "{id}" in the catalogue.{offer} '
        "See all with: value-sets list. Your own set is named by its .yaml or .csv file."
    )
    stop(ValueSetError, "E050", message)


def _variant(about: Mapping[str, Any], id: str, owner: str) -> dict[str, Any]:
    """The set with the keys of one variant in place of its own definition."""
    rival = about["variants"][id]
    keep = {k: v for k, v in about.items() if k not in ("variants", "stated", "checks")}
    if "form" in rival:
        keep = {k: v for k, v in keep.items() if k not in DEFINITION_KEYS}
    elif "levels" in rival:
        keep.pop("terms", None)
    return {
        **keep,
        **rival,
        "variant_of": owner,
        "status": "variant",
        "discrepancy": f"rival version of {owner}, {rival['difference']}.",
    }


def _resolved(about: dict[str, Any]) -> dict[str, Any]:
    """A set defined through a mapping, with its table of values worked out."""
    if about.get("form") != "mapping":
        return about
    target = value_set(about["target"])
    at_target = target.table.to_numpy()
    if "target_decimals" in about:
        at_target = np.floor(at_target * 10 ** about["target_decimals"] + 0.5) / 10 ** int(
            about["target_decimals"]
        )
    values = mapped_values(about["mapping"], at_target)
    return {**about, "form": "table", "values": values, "computed_from": about["target"]}


def catalogue_table() -> pd.DataFrame:
    """The index of the catalogue made afresh from the files under ``tariffs``."""
    root = data_root() / "tariffs"
    paths = [path for folder in FOLDERS for path in sorted((root / folder).glob("*.yaml"))]
    rows = [_row(read_yaml(path), f"{path.parent.name}/{path.name}") for path in paths]
    return pd.DataFrame(rows)


def _row(about: Mapping[str, Any], file: str) -> dict[str, Any]:
    stated = about["stated"]
    plain = ("id", "instrument", "region", "name", "year", "method", "n", "status")
    return {
        **{key: about.get(key, "") for key in plain},
        "best": stated["best"]["value"],
        "worst_state": str(stated["worst"]["state"]),
        "worst": stated["worst"]["value"],
        "lowest": stated["lowest"]["value"],
        "variants": " ".join(about.get("variants") or ()),
        "file": file,
    }
