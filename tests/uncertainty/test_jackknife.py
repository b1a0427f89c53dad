import numpy as np
import pytest

from cpi_econ.errors import EstimationError
from cpi_econ.uncertainty import jackknife
from cpi_econ.uncertainty.analysis import prepare_analysis
from cpi_econ.uncertainty.analytic_covariance import covariance
from cpi_econ.uncertainty.bootstrap import bootstrap
from cpi_econ.uncertainty.jackknife import (
    influence_values,
    jackknife_covariance,
    leave_one_out,
)


def made(people, **options):
    table = people.sort_values("participant").rename(columns=options.pop("rename", {}))
    return prepare_analysis(table, **{"resample": "none", "model": "none", **options})


def test_of_means_it_is_the_variance_over_the_size(people):
    one = made(people)
    np.testing.assert_allclose(jackknife_covariance(one), covariance(one), rtol=1e-9, atol=1e-12)


def test_of_equal_clusters_it_is_the_variance_of_their_means(people):
    one = made(people, rename={"agency": "cluster"})
    spread = np.diag(jackknife_covariance(one))
    clusters = people.groupby(["arm", "agency"])[["cost", "effect"]].mean().groupby("arm")
    expected = (clusters.var() / clusters.size().to_frame().to_numpy()).loc[list(one.arms)]
    np.testing.assert_allclose(spread, expected.to_numpy().T.ravel(), rtol=1e-9)


def test_leaves_each_person_out_once(people):
    one = made(people)
    rest = people.drop(index=0).groupby("arm")["cost"].mean()
    first = leave_one_out(one)[0]
    for arm, name in enumerate(one.arms):
        assert first[arm, 0] == pytest.approx(rest[name])


def test_of_a_regression_it_is_near_the_robust_variance(people):
    adjust = {"cost": ["age"], "effect": ["age"]}
    one = made(people, model="ols", adjust=adjust)
    ratio = np.diag(jackknife_covariance(one)) / np.diag(covariance(one))
    assert ((ratio > 0.6) & (ratio < 1.7)).all()


def test_clusters_with_people_of_several_arms_vary_over_all_clusters(people):
    arm = np.where(np.arange(64) % 2 == 0, "high", "low")
    crossed = people.assign(arm=arm)
    one = made(crossed, rename={"agency": "cluster"})
    agencies = crossed["agency"].unique()
    left = [crossed[crossed["agency"] != name].groupby("arm")["cost"].mean() for name in agencies]
    rest = np.array([means[list(one.arms)] for means in left])
    expected = np.cov(rest, rowvar=False, ddof=0) * (len(agencies) - 1)
    np.testing.assert_allclose(jackknife_covariance(one)[:2, :2], expected, rtol=1e-9)
    values = influence_values(one)[:, :, 0]
    np.testing.assert_allclose(values.T @ values, expected * 15 / 16, rtol=1e-9)


def test_more_units_than_a_day_has_time_for_are_refused(people, monkeypatch):
    monkeypatch.setattr(jackknife, "_MOST", len(people) - 1)
    with pytest.raises(EstimationError, match="64 estimates, each without one person"):
        bootstrap(people, reference="low", model="glm", adjust={"cost": ["age"]}, resample="none")
