from __future__ import annotations

import numpy as np
import pandas as pd

from cpi_econ.effects import outcome_checks as checks
from cpi_econ.effects import visit_checks as visits

TIMES = {"baseline": 0.0, "month_9": 0.75}


def seen(last: float) -> pd.DataFrame:
    return pd.DataFrame({"participant": ["88", "88"], "time": list(TIMES), "utility": [0.6, last]})


def test_bound_of_a_qaly() -> None:
    assert checks.bounded_findings(pd.Series([0.7, np.nan]), 0.75) == []
    (found,) = checks.bounded_findings(pd.Series([6.75, 0.1]), 0.75)
    assert found.code == "E119"


def test_missing_visits_are_counted() -> None:
    assert checks.missing_visit_findings(seen(0.7), pd.Series([0.5])) == []
    (found,) = checks.missing_visit_findings(seen(np.nan), pd.Series([np.nan]))
    assert (found.code, found.severity) == ("N120", "note")
    assert "1 at month_9" in found.message


def test_dead_without_a_date() -> None:
    dead = pd.Series({"88": True, "90": False})
    none = pd.Series({"88": np.nan})
    (found,) = visits.death_findings(seen(np.nan), dead, none)
    assert found.code == "E121"
    assert found.participants == ("88",)
    assert "88" not in found.message
    assert visits.death_findings(seen(np.nan), dead, pd.Series({"88": 0.4})) == []
    assert visits.death_findings(seen(0.7), dead, none) == []


def test_answers_after_death() -> None:
    (found,) = visits.answers_after_death_findings(seen(0.7), TIMES, pd.Series({"88": 0.4}))
    assert found.code == "W122"
    assert visits.answers_after_death_findings(seen(0.7), TIMES, pd.Series({"88": np.nan})) == []
    early = pd.DataFrame({"participant": ["88"], "time": ["month_9"], "years": [0.3]})
    died = pd.Series({"88": 0.4})
    assert visits.answers_after_death_findings(seen(0.7), TIMES, died, early) == []


def test_visit_windows() -> None:
    at = pd.DataFrame({"participant": ["a", "b"], "time": "month_9", "years": [7.1 / 12, 0.75]})
    (found,) = visits.visit_window_findings(at, TIMES)
    assert "range from 7.1 to 9.0 months; 1 are outside 8.0-10.0" in found.message
    assert visits.visit_window_findings(at, TIMES, window=0.25) == []


def test_baseline_difference() -> None:
    u = pd.Series([0.7, 0.7, 0.64, 0.64], index=list("abcd"))
    arm = pd.Series(["high", "high", "low", "low"], index=list("abcd"))
    (found,) = checks.baseline_findings(u, arm, "low", TIMES, adjusted=False)
    assert "differs by 0.060 (high minus low)" in found.message
    assert "adds 0.022 QALYs" in found.message
    assert checks.baseline_findings(u, arm, "low", TIMES, adjusted=True) == []
    assert checks.baseline_findings(u * 0 + 0.5, arm, "low", TIMES, adjusted=False) == []


def test_change_of_agency() -> None:
    seen = pd.DataFrame(
        {"participant": ["a", "a", "b", "b"], "time": "t", "cluster": ["7", "8", "9", None]}
    )
    (found,) = visits.cluster_change_findings(seen, "agency")
    assert (found.code, found.participants) == ("W118", ("a",))
    assert visits.cluster_change_findings(seen.tail(2)) == []
