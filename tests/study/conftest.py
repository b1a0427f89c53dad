"""A small made-up study on disk, to be spoiled by the tests."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from cpi_econ.cli.app import run
from cpi_econ.errors import Finding, FindingsError
from cpi_econ.evaluation.evaluate import check
from cpi_econ.report.findings_screen import findings_panel
from cpi_econ.study.config import Study
from cpi_econ.study.load import read_study
from cpi_econ.study.trial import Trial, collect_trial, read_trial

DIMENSIONS = {
    "mobility": "mo",
    "self_care": "sc",
    "usual_activities": "ua",
    "pain_discomfort": "pd",
    "anxiety_depression": "ad",
}
PEOPLE = ["101", "102", "103", "104", "105", "106", "107", "108"]
TREE: dict[str, Any] = {
    "title": "Small study",
    "perspective": ["NHS", "PSS"],
    "currency": "GBP",
    "price_year": "2014/15",
    "horizon": "9 months",
    "arms": {"low": {"code": 0}, "high": {"code": 1}},
    "reference": "low",
    "times": {"baseline": "0 months", "month_9": "9 months"},
    "data": {
        "participants": {
            "file": "participants.csv",
            "id": "client_id",
            "arm": "fidelity",
            "cluster": "agency",
        },
        "service_use": {
            "file": "csri.csv",
            "id": "client_id",
            "time": "wave",
            "recall": "3 months",
            "scale": "linear",
        },
        "responses": {"file": "answers.csv", "id": "client_id", "time": "wave"},
        "missing_codes": {"default": [-9]},
    },
    "costs": {
        "unit_costs": ["prices.csv"],
        "items": {
            "gp_visit": {"quantity": "gp"},
            "nurse_hour": {"quantity": "nurse", "minutes": "nurse_minutes"},
            "ward_day": {"quantity": "nights", "used": "any_inpatient"},
        },
    },
    "effects": {
        "qaly": {
            "instrument": "EQ-5D-5L",
            "value_set": "eq5d5l_gb_2026",
            "columns": dict(DIMENSIONS),
        }
    },
    "missing": {"method": "complete_cases"},
    "uncertainty": {"resample": "individuals", "replicates": 100, "seed": 1},
}
PRICES = """service,unit,unit_cost,currency,price_year,sector,source
gp_visit,contact,44,GBP,2014/15,NHS,made up
nurse_hour,hour,67,GBP,2014/15,NHS,made up
ward_day,bed_day,350,GBP,2014/15,NHS,made up
"""


def participants() -> pd.DataFrame:
    """Eight people in four agencies, the first two agencies in arm 0."""
    return pd.DataFrame(
        {
            "client_id": PEOPLE,
            "fidelity": [0, 0, 0, 0, 1, 1, 1, 1],
            "agency": ["A", "A", "B", "B", "C", "C", "D", "D"],
            "age": [34, 51, 47, 29, 62, 40, 38, 55],
        }
    )


def visits(**columns: Any) -> pd.DataFrame:
    """Two visits of everybody, with the columns given."""
    ids = [person for wave in range(2) for person in PEOPLE]
    waves = [wave for wave in ("baseline", "month_9") for _ in PEOPLE]
    return pd.DataFrame({"client_id": ids, "wave": waves, **columns})


def service_use() -> pd.DataFrame:
    """Contacts, minutes and nights at both visits."""
    return visits(
        gp=[0, 1, 2, 3, 4, 5, 1, 2, 2, 0, 1, 3, 2, 4, 6, 1],
        nurse=[1, 0, 2, 0, 3, 0, 1, 0, 0, 1, 0, 2, 0, 3, 0, 1],
        nurse_minutes=[30, -9, 20, -9, 45, -9, 15, -9, -9, 30, -9, 20, -9, 40, -9, 60],
        nights=[-9, 3, -9, -9, 7, -9, -9, 1, -9, -9, 2, -9, -9, 12, -9, -9],
        any_inpatient=[0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0],
    )


def answers() -> pd.DataFrame:
    """EQ-5D-5L answers at both visits; level 5 and level 4 both occur."""
    return visits(
        mo=[1, 2, 3, 1, 4, 5, 1, 2, 1, 2, 2, 1, 3, 4, 1, 2],
        sc=[1, 1, 2, 1, 3, 4, 1, 1, 1, 1, 2, 1, 2, 3, 1, 1],
        ua=[2, 1, 3, 1, 4, 5, 2, 1, 1, 1, 2, 1, 3, 4, 1, 2],
        pd=[3, 2, 2, 1, 5, 4, 1, 2, 2, 2, 1, 1, 4, 4, 1, 2],
        ad=[4, 3, 2, 2, 5, 3, 1, 1, 3, 2, 2, 1, 4, 3, 1, 1],
    )


@dataclass(repr=False)
class SmallStudy:
    """Study file and tables in memory, written on demand; a test changes them first.

    A table is a DataFrame (written as csv), or text or bytes written as they stand.
    """

    folder: Path
    tree: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(TREE))
    tables: dict[str, pd.DataFrame | str | bytes] = field(
        default_factory=lambda: {
            "participants.csv": participants(),
            "csri.csv": service_use(),
            "answers.csv": answers(),
            "prices.csv": PRICES,
        }
    )

    def __repr__(self) -> str:
        return f"SmallStudy({self.folder})"

    def write(self, text: str | bytes | None = None) -> Path:
        """Write everything, the study file last; ``text`` in place of the tree when given."""
        self.folder.mkdir(exist_ok=True)
        for name, table in self.tables.items():
            content = table.to_csv(index=False) if isinstance(table, pd.DataFrame) else table
            data = content.encode() if isinstance(content, str) else content
            (self.folder / name).write_bytes(data)
        content = as_yaml(self.tree) if text is None else text
        data = content.encode() if isinstance(content, str) else content
        path = self.folder / "study.yaml"
        path.write_bytes(data)
        return path

    def study(self, overrides: Iterable[str] = ()) -> Study:
        """Study of the files as they are now."""
        return read_study(self.write(), overrides)

    def trial(self) -> Trial:
        """Trial of the files as they are now."""
        return read_trial(self.study())

    def findings(self) -> list[Finding]:
        """Everything found, whether or not it stops."""
        try:
            return check(self.study())
        except FindingsError as error:
            return list(error.findings)

    def trial_findings(self, *, errors: bool = False) -> list[Finding]:
        """What reading alone finds."""
        found = collect_trial(self.study())[1]
        return [one for one in found if one.severity == "error" or not errors]

    def errors(self) -> list[Finding]:
        """The findings that stop."""
        return [one for one in self.findings() if one.severity == "error"]


def as_yaml(tree: Any) -> str:
    """Text of a tree as YAML."""
    stream = io.StringIO()
    YAML().dump(tree, stream)
    return stream.getvalue()


@pytest.fixture
def small(tmp_path: Path) -> SmallStudy:
    """The small study, not yet written."""
    return SmallStudy(tmp_path / "small")


@pytest.fixture
def refused(
    small: SmallStudy, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[Finding]]:
    """Run ``ceac`` on the study, see it refused with nothing written, and return its errors."""
    told: list[Finding] = []

    def panel(findings: Iterable[Finding]) -> Any:
        told[:] = findings
        return findings_panel(told)

    monkeypatch.setattr("cpi_econ.report.findings_screen.findings_panel", panel)

    def ask(text: str | bytes | None = None, *options: str) -> list[Finding]:
        path = small.write(text)
        before = {one.name for one in small.folder.iterdir()}
        status = run(["ceac", str(path), *options])
        shown = capsys.readouterr()
        assert status == 2, shown.err
        assert "Traceback" not in shown.out + shown.err
        assert {one.name for one in small.folder.iterdir()} == before
        errors = [one for one in told if one.severity == "error"]
        assert all(one.code in shown.err for one in errors)
        return errors

    return ask


@pytest.fixture(name="as_yaml", scope="session")
def _as_yaml() -> Callable[[Any], str]:
    """Text of a tree as YAML."""
    return as_yaml
