"""Options and fixtures of the whole suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same cases every time, so that a change is judged by itself; HYPOTHESIS_PROFILE=explore
# looks further. No case has a deadline: a busy machine is no fault of the code.
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="run the long statistical tests too")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--slow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="long statistical test; run with --slow"))


@pytest.fixture(scope="session")
def example():
    """Study file of the bundled example."""
    return ROOT / "examples" / "connecting_people" / "study.yaml"


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real patient-level data; not part of the project."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets are not on this machine")
    return folder
