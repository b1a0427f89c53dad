"""The bundled example from end to end: read as it is, and read from other files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from cpi_econ.paths import data_root
from cpi_econ.study.load import read_study
from cpi_econ.study.trial import read_trial

EXAMPLE = data_root() / "examples" / "connecting_people"


def test_the_example_is_the_same_from_parquet_files(tmp_path: Path) -> None:
    expected = read_trial(read_study(EXAMPLE / "study.yaml"))
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "study"))
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    for name in ("participants", "csri", "questionnaires"):
        pd.read_csv(folder / f"{name}.csv").to_parquet(folder / f"{name}.parquet")
        (folder / f"{name}.csv").unlink()
        text = text.replace(f"{name}.csv", f"{name}.parquet")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    trial = read_trial(read_study(folder / "study.yaml"))
    pd.testing.assert_frame_equal(trial.participants, expected.participants)
    pd.testing.assert_frame_equal(trial.service_use, expected.service_use)
    pd.testing.assert_frame_equal(
        trial.responses.drop(columns="file"), expected.responses.drop(columns="file")
    )
    assert len(trial.participants) == 155
    assert [one.code for one in trial.findings] == [one.code for one in expected.findings]
