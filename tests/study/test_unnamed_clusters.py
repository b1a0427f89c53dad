"""``E133``: agencies in the file, and no cluster in the plan."""

from __future__ import annotations

from typing import Any

import pytest


def ask(small: Any, *, drop: bool = True, code: str = "E133", **columns: list[str]) -> list[str]:
    if drop:
        small.tree["data"]["participants"].pop("cluster", None)
    small.tree["uncertainty"].pop("resample", None)
    if code == "W133":
        small.tree["uncertainty"]["resample"] = "individuals"
    small.tables["participants.csv"] = small.tables["participants.csv"].assign(**columns)
    return [one.message for one in small.trial_findings() if one.code == code]


def test_a_column_of_agencies_must_be_named_or_explained(small: Any) -> None:
    (message,) = ask(small)
    assert message.startswith('column "agency" exists and no cluster is named')
    assert "data.participants.cluster: agency" in message
    small.tree["uncertainty"]["no_clusters"] = "people came one by one"
    assert ask(small) == []


def test_people_resampled_on_purpose_are_warned_of(small: Any) -> None:
    (message,) = ask(small, code="W133")
    assert "uncertainty.no_clusters" in message
    assert ask(small) != []


def test_a_named_cluster_answers_for_the_other_columns(small: Any) -> None:
    assert ask(small, drop=False, site=list("AABBCCDD")) == []


@pytest.mark.parametrize("name", ["Site", "team_no", "centre", "GP practice"[3:]])
def test_names_of_clusters(small: Any, name: str) -> None:
    own = small.tables["participants.csv"]["agency"].tolist()
    (message,) = ask(small, agency=list("ABCDEFGH"), **{name: own})
    assert f'"{name}"' in message


@pytest.mark.parametrize("values", [list("ABABABAB"), list("ABCDEFGH"), list("AAAAAAAA"), [""] * 8])
def test_sites_within_which_people_were_allocated_and_identifiers_are_not_meant(
    small: Any, values: list[str]
) -> None:
    small.tables["participants.csv"]["fidelity"] = [0, 0, 1, 1] * 2
    assert ask(small, agency=values) == []


def test_a_covariate_is_not_ignored(small: Any) -> None:
    small.tree["adjust"] = {"model": "ols", "cost": ["agency"], "effect": []}
    assert ask(small) == []
