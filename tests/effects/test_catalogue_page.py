from __future__ import annotations

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "value_sets"


def test_page_is_what_its_generator_writes() -> None:
    if not (DOCS / "generate.py").is_file():
        pytest.skip("the documentation is not beside these tests")
    written = runpy.run_path(str(DOCS / "generate.py"))["page"]()
    assert (DOCS / "catalogue.md").read_text(encoding="utf-8") == written
    assert written.count("| `") == 137
