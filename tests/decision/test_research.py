import pytest
import xarray as xr

from cpi_econ.decision.next_study import NextStudy
from cpi_econ.decision.research import StudyCost, best_study, enbs
from cpi_econ.errors import EstimationError

STUDIES = [NextStudy(participants={"a": n, "b": n}, clusters={"a": 2, "b": 2}) for n in (10, 50)]


def curve(*values):
    return xr.DataArray([[value] for value in values], {"wtp": [2e4]}, ("study", "wtp"))


def test_population_after_the_study_minus_its_cost():
    cost = StudyCost(fixed=1000.0, per_participant=10.0, per_cluster=100.0)
    found = enbs(curve(3.0, 4.0), STUDIES, cost, size=1000, years=5, discount=0.1, study_years=2)
    people = 1000 * (1.1**-2 + 1.1**-3 + 1.1**-4)
    assert found[0, 0] == pytest.approx(3 * people - (1000 + 200 + 400))
    assert found[1, 0] == pytest.approx(4 * people - (1000 + 1000 + 400))


def test_the_best_size_and_whether_it_is_worth_it():
    found = best_study(curve(-5.0, -2.0))
    assert (found["number"].item(), found["worthwhile"].item(), found["at_edge"].item()) == (
        1,
        False,
        True,
    )


def test_what_cannot_be():
    with pytest.raises(EstimationError, match="E095"):
        StudyCost(fixed=-1.0)
    with pytest.raises(EstimationError, match="E095"):
        enbs(curve(1.0), STUDIES, StudyCost(), size=10, years=5)
    with pytest.raises(EstimationError, match="E095"):
        enbs(curve(1.0, 2.0), STUDIES, StudyCost(), size=10, years=1, study_years=2)
