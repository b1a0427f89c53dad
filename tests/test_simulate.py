"""Made-up trials: what they promise is what they hold."""

import io

import numpy as np
import pandas as pd
import pytest

from cpi_econ.simulate.connecting_people import connecting_people
from cpi_econ.simulate.draws import largest, normal, stream
from cpi_econ.simulate.trials import Outcome, made_up_trial

COST = Outcome(3000, 2500, [-400], skew=2)
EFFECT = Outcome(0.5, 0.2, [0.03])


def _contrast(table: pd.DataFrame, column: str) -> float:
    means = table.groupby("arm")[column].mean()
    return float(means["treatment"] - means["control"])


def test_same_seed_same_trial_and_another_seed_another() -> None:
    one, two, other = (made_up_trial(seed, cost=COST, effect=EFFECT).table for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one["cost"].equals(other["cost"])


def test_large_trial_shows_its_truth() -> None:
    trial = made_up_trial(
        3, cost=COST, effect=EFFECT, clusters=(2, 2), cluster_size=50_000, correlation=-0.3
    )
    reference = trial.table[trial.table["arm"] == "control"]
    n = len(reference)
    assert _contrast(trial.table, "cost") == pytest.approx(-400, abs=4 * 2500 * (2 / n) ** 0.5)
    assert _contrast(trial.table, "effect") == pytest.approx(0.03, abs=4 * 0.2 * (2 / n) ** 0.5)
    assert reference["cost"].std() == pytest.approx(2500, rel=0.02)
    assert reference["cost"].skew() == pytest.approx(2, abs=0.1)
    assert reference["cost"].min() > 0
    assert -0.3 < reference["cost"].corr(reference["effect"]) < -0.2


def test_intracluster_correlation_is_the_one_asked_for() -> None:
    size = 20
    effect = Outcome(0.5, 0.2, [0.0], icc=0.2)
    trial = made_up_trial(5, cost=COST, effect=effect, clusters=(800, 800), cluster_size=size)
    groups = trial.table.groupby("cluster")["effect"]
    between, within = size * groups.mean().var(), groups.var().mean()
    icc = (between - within) / (between + (size - 1) * within)
    assert icc == pytest.approx(0.2, abs=0.025)


def test_confounding_biases_the_plain_contrast_and_the_covariate_takes_it_out() -> None:
    effect = Outcome(0.5, 0.2, [0.03], explained=0.5, slope=-1)
    trial = made_up_trial(7, cost=COST, effect=effect, confounding=-0.6, cluster_size=2000)
    table = trial.table
    assert _contrast(table, "effect") > 0.1
    treated = (table["arm"] == "treatment").to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(table)), treated, table["baseline"]])
    adjusted = np.linalg.lstsq(design, table["effect"].to_numpy(), rcond=None)[0][1]
    assert adjusted == pytest.approx(0.03, abs=0.006)


def test_missing_values_have_the_share_and_follow_the_baseline() -> None:
    cost = Outcome(3000, 2500, [0.0], missing=0.25)
    trial = made_up_trial(9, cost=cost, effect=EFFECT, cluster_size=1000, missing_slope=1.0)
    lost = trial.table["cost"].isna()
    assert lost.mean() == pytest.approx(0.25, abs=0.015)
    assert trial.table.loc[lost, "baseline"].mean() > trial.table.loc[~lost, "baseline"].mean()
    assert trial.complete["cost"].notna().all()
    pd.testing.assert_series_equal(
        trial.table["cost"].dropna(), trial.complete["cost"][~lost], check_exact=True
    )


def test_any_number_of_arms_and_uneven_clusters() -> None:
    shape = Outcome(10, 2, [1.0, 2.0])
    trial = made_up_trial(
        1, cost=shape, effect=shape, arms=("a", "b", "c"), clusters=(2, 3, 1), cluster_size=(4, 7)
    )
    sizes = trial.table.groupby("cluster").size().tolist()
    assert sizes == [4, 7, 4, 7, 4, 7]
    assert trial.table.groupby("arm")["cluster"].nunique().to_dict() == {"a": 2, "b": 3, "c": 1}
    assert trial.truth["arm"].tolist() == ["b", "c"]
    assert trial.table.groupby("cluster")["arm"].nunique().max() == 1


@pytest.mark.parametrize(
    "wrong", [{"icc": 0.7, "explained": 0.5}, {"missing": 1.0}, {"skew": -1.0}, {"icc": -0.1}]
)
def test_impossible_shapes_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"at least 0|whole variance"):
        Outcome(1, 1, **wrong)


def test_arms_clusters_and_increments_must_agree() -> None:
    with pytest.raises(ValueError, match="one increment for each arm"):
        made_up_trial(1, cost=COST, effect=EFFECT, arms=("a", "b", "c"))


def test_draws_are_normal_and_exact_in_number() -> None:
    z = normal(stream(1, "test"), 100_000)
    assert abs(z.mean()) < 0.02
    assert abs(z.std() - 1) < 0.02
    assert largest(np.zeros(10), 4).sum() == 4


@pytest.mark.parametrize("seed", [2, 3])
def test_every_replica_is_possible_and_follows_the_design(seed: int) -> None:
    study = connecting_people(seed)
    people, forms = study["participants"], study["csri"]
    followed = people["followup_status"] == "followed_up"
    assert (len(people), followed.sum(), (followed & (people["fidelity"] == 1)).sum()) == (
        155,
        116,
        30,
    )
    assert people.groupby("agency")["fidelity"].nunique().max() == 1
    nights = forms["mh_nights"]
    assert nights[nights != -9].max() <= 91
    counts = forms.select_dtypes("number")
    assert ((counts >= 0) | (counts == -9) | counts.isna()).all(axis=None)


def test_replica_survives_writing_and_reading() -> None:
    table = connecting_people()["questionnaires"]
    text = table.to_csv(index=False, lineterminator="\n")
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), table, check_dtype=False)
