"""The JSON Schema of ``results.json``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def results_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``cpi_econ/results/1``.

    Examples
    --------
    >>> results_schema()["$id"]
    'cpi_econ/results/1'
    """
    text = (files("cpi_econ.report") / "results.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
