"""The bundled example holds what is published about the pilot, and nothing impossible."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from ruamel.yaml import YAML

from cpi_econ.paths import data_root
from cpi_econ.simulate.connecting_people import write_connecting_people

EXAMPLE = data_root() / "examples" / "connecting_people"
PRICES = data_root() / "unit_costs"
RECALL_FACTOR = 3


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return pd.read_csv(EXAMPLE / "participants.csv").set_index("client_id")


@pytest.fixture(scope="module")
def forms() -> pd.DataFrame:
    return pd.read_csv(EXAMPLE / "csri.csv").set_index(["client_id", "wave"])


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    table = pd.read_csv(EXAMPLE / "questionnaires.csv").set_index(["client_id", "wave"])
    return table.mask(table == -9)


@pytest.fixture(scope="module")
def plan() -> dict[str, object]:
    loaded: dict[str, object] = YAML(typ="safe").load(EXAMPLE / "study.yaml")
    return loaded


def _prices() -> pd.DataFrame:
    """Unit costs at 2014/15 prices by plain pandas; the later table wins."""
    files = [PRICES / "uk_2023_24.csv", PRICES / "uk_2014_15.csv", EXAMPLE / "local_prices.csv"]
    table = pd.concat([pd.read_csv(file) for file in files])
    table = table.drop_duplicates("service", keep="last").set_index("service")
    index = pd.read_csv(PRICES / "price_index.csv").query("name == 'nhscii'")
    level = index.set_index("year")["value"]
    return table.assign(
        at_2014_15=table["unit_cost"] * level["2014/15"] / table["price_year"].map(level)
    )


def _period_cost(forms: pd.DataFrame, items: dict[str, dict[str, str]]) -> pd.Series:
    """Cost of three months to the NHS and social services; NaN where an answer is missing."""
    prices = _prices()
    total = pd.Series(0.0, index=forms.index)
    for service, item in items.items():
        price = prices.loc[service]
        if not {"NHS", "PSS"} & set(price["sector"].split("|")):
            continue
        quantity = forms[item["quantity"]].where(~forms[item["quantity"]].isin([-9, 999]))
        if "used" in item:
            quantity = quantity.mask(forms[item["used"]] == 0, 0)
        if price["unit"] == "hour":
            minutes = forms[item["minutes"]].where(forms[item["minutes"]] != -9)
            quantity = (quantity * minutes / 60).mask(quantity == 0, 0)
        total = total + quantity * price["at_2014_15"]
    return total


def _regression(
    y: pd.Series, columns: list[pd.Series]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    rows = pd.concat([y, *columns], axis=1).dropna().to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(rows)), rows[:, 1:]])
    beta = np.linalg.lstsq(design, rows[:, 0], rcond=None)[0]
    df = len(rows) - design.shape[1]
    variance = np.sum((rows[:, 0] - design @ beta) ** 2) / df
    return beta, np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design))), df


def test_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    for path in write_connecting_people(tmp_path):
        assert path.read_bytes() == (EXAMPLE / path.name).read_bytes(), path.name
        assert b"\r" not in path.read_bytes()


def test_margins_are_the_published_ones(people: pd.DataFrame) -> None:
    followed = people["followup_status"] == "followed_up"
    assert (len(people), followed.sum(), (followed & (people["fidelity"] == 1)).sum()) == (
        155,
        116,
        30,
    )
    assert people["user_group"].value_counts().to_dict() == {
        "mental_health": 121,
        "learning_disability": 25,
        "older_adult": 9,
    }
    shares = {
        55: people["sex"] == "male",
        19: people["ethnicity"] != "white",
        69: people["sector"].isin(["nhs", "local_authority"]),
        9: people["employed"] == 1,
        48: people["car"] == 0,
        10: people["income_band"] == 3,
    }
    assert {published: round(100 * share.mean()) for published, share in shares.items()} == {
        published: published for published in shares
    }
    assert round(people["age"].mean()) == 42
    older = people["user_group"] == "older_adult"
    assert people.loc[older, "age"].min() > 65
    assert people.loc[~older, "age"].max() < 65


def test_agencies_set_fidelity_and_all_but_one_high_one_is_third_sector(
    people: pd.DataFrame,
) -> None:
    agencies = pd.read_csv(EXAMPLE / "agencies.csv").set_index("agency")
    assert len(agencies) == 16
    assert agencies["fidelity_score"].between(0, 100).all()
    high = agencies["fidelity_score"] >= 70
    assert (agencies["fidelity_band"] == "high").equals(high)
    assert (agencies.loc[high, "sector"] != "third_sector").sum() == 1
    assert people["agency"].map(high).eq(people["fidelity"] == 1).all()
    for column in ("sector", "user_group"):
        assert people["agency"].map(agencies[column]).eq(people[column]).all()
    assert people.groupby("agency").size().equals(agencies["participants"].sort_index())


def test_follow_up_cost_contrast_is_near_the_published_one(
    people: pd.DataFrame, forms: pd.DataFrame, plan: dict[str, dict[str, object]]
) -> None:
    cost = RECALL_FACTOR * _period_cost(forms, plan["costs"]["items"]).xs("month_9", level="wave")
    high = people["fidelity"].reindex(cost.index) == 1
    with_form, without = cost[high].dropna(), cost[~high].dropna()
    se = np.sqrt(with_form.var() / len(with_form) + without.var() / len(without))
    assert with_form.mean() - without.mean() == pytest.approx(-1331, abs=60)
    assert se == pytest.approx(640, abs=30)


@pytest.mark.parametrize(
    ("score", "published", "p_below"), [("rguk", 0.05, 0.05), ("scope", 0.07, 0.02)]
)
def test_social_outcomes_are_better_under_high_fidelity(
    people: pd.DataFrame, score: str, published: float, p_below: float
) -> None:
    known = people[[f"{score}_baseline", f"{score}_month_9"]]
    known = known.where(known != -9)
    beta, se, df = _regression(known.iloc[:, 1], [people["fidelity"], known.iloc[:, 0]])
    f = (beta[1] / se[1]) ** 2
    assert beta[1] > 0
    assert f / (f + df) == pytest.approx(published, abs=0.015)
    assert 2 * (1 - _t_cdf(np.sqrt(f), df)) < p_below


def _t_cdf(t: float, df: int) -> float:
    from scipy import special

    return float(special.stdtr(df, t))


def test_well_being_rises_in_all(people: pd.DataFrame) -> None:
    known = people[["wemwbs_baseline", "wemwbs_month_9"]]
    change = known.where(known != -9).diff(axis=1).iloc[:, 1].dropna()
    t = change.mean() / (change.std() / np.sqrt(len(change)))
    assert change.mean() > 0
    assert 2 * (1 - _t_cdf(t, len(change) - 1)) < 0.001


def test_scores_of_participants_are_those_of_the_questionnaires(
    people: pd.DataFrame, answers: pd.DataFrame
) -> None:
    for score in ("rguk", "scope", "wemwbs"):
        for wave in ("baseline", "month_9"):
            copy = people[f"{score}_{wave}"].where(people[f"{score}_{wave}"] != -9).dropna()
            source = answers[score].xs(wave, level="wave").dropna()
            pd.testing.assert_series_equal(copy, source, check_names=False, check_like=True)


def test_answers_and_counts_are_possible(forms: pd.DataFrame, answers: pd.DataFrame) -> None:
    for column in ("mo", "sc", "ua", "pd", "ad"):
        assert set(answers[column].dropna()) == {1, 2, 3, 4, 5}
    for column in ("ic1", "ic2", "ic3", "ic4", "ic5"):
        assert set(answers[column].dropna()) == {1, 2, 3, 4}
    limits = {"vas": (0, 100), "rguk": (0, 27), "scope": (0, 100), "wemwbs": (14, 70)}
    for column, (low, high) in limits.items():
        assert answers[column].dropna().between(low, high).all()
    counts = forms.drop(columns=["respondent"])
    known = counts.mask(counts.isin([-9, 999]))
    assert (known.isna() | (known >= 0)).all(axis=None)
    assert known["mh_nights"].max() <= 91
    assert known["supported_housing_weeks"].max() <= 13
    assert known["informal_care_days"].max() <= 91


def test_screening_questions_agree_with_what_follows(forms: pd.DataFrame) -> None:
    members = {"any_inpatient": ["mh_nights", "general_stays"], "any_education": ["class_sessions"]}
    for question, columns in members.items():
        assert forms.loc[forms[question] == 0, columns].isna().all(axis=None)
        yes = forms.loc[forms[question] == 1, columns]
        assert ((yes != 0) & yes.notna()).any(axis=1).all()


def test_zeros_and_skew_are_those_of_service_use(forms: pd.DataFrame) -> None:
    contacts = forms["cpn_contacts"].where(forms["cpn_contacts"] != -9)
    assert 0.3 < (contacts == 0).mean() < 0.7
    assert contacts.skew() > 1
    gp = forms["gp_contacts"].where(~forms["gp_contacts"].isin([-9, 999]))
    assert 1.2 < gp.mean() < 2.0


def test_form_and_item_nonresponse_exist(forms: pd.DataFrame, people: pd.DataFrame) -> None:
    wave = forms.index.get_level_values("wave")
    followed = int((people["followup_status"] == "followed_up").sum())
    assert (wave == "baseline").sum() == len(people)
    assert followed - 12 <= (wave == "month_9").sum() < followed
    assert (forms["gp_contacts"] == 999).any()
    assert (forms[["cpn_contacts", "cpn_minutes", "scans", "gp_contacts"]] == -9).any(axis=None)


def test_loss_to_follow_up_goes_with_need(
    people: pd.DataFrame, forms: pd.DataFrame, plan: dict[str, dict[str, object]]
) -> None:
    cost = _period_cost(forms, plan["costs"]["items"]).xs("baseline", level="wave")
    followed = people["followup_status"] == "followed_up"
    assert cost[~followed].mean() > cost[followed].mean()
    lost = set(people.index[~followed])
    assert not lost & set(forms.xs("month_9", level="wave").index)


def test_enough_complete_cases_remain(
    people: pd.DataFrame,
    forms: pd.DataFrame,
    answers: pd.DataFrame,
    plan: dict[str, dict[str, object]],
) -> None:
    costs = _period_cost(forms, plan["costs"]["items"]).unstack("wave")
    states = answers[["mo", "sc", "ua", "pd", "ad"]].sum(axis=1, skipna=False).unstack("wave")
    complete = (costs.notna().all(axis=1) & states.notna().all(axis=1)).reindex(people.index)
    by_arm = complete.groupby(people["fidelity"]).sum()
    assert by_arm[1] >= 20
    assert 70 <= by_arm.sum() <= 95
    assert people.loc[complete].groupby("fidelity")["agency"].nunique().to_dict() == {0: 12, 1: 4}


def test_every_service_is_priced_and_every_hour_has_minutes(
    forms: pd.DataFrame, plan: dict[str, dict[str, object]]
) -> None:
    prices, items = _prices(), plan["costs"]["items"]
    assert len(items) >= 20
    assert set(items) <= set(prices.index)
    named = {item[key] for item in items.values() for key in item if key != "unknown_codes"}
    assert named <= set(forms.columns)
    for service, item in items.items():
        assert (prices.loc[service, "unit"] == "hour") == ("minutes" in item), service


def test_delivery_costs_add_up() -> None:
    costs = pd.read_csv(EXAMPLE / "agency_costs.csv")
    parts = costs[["training_cost", "preparation_cost", "supervision_cost"]]
    assert parts.sum(axis=1).equals(costs["total_cost"])
    assert (costs["clients"] >= pd.read_csv(EXAMPLE / "agencies.csv")["participants"]).all()


def test_data_dictionary_names_every_column_and_says_synthetic() -> None:
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert "synthetic" in text.split("\n\n")[1].lower()
    for name in ("participants", "agencies", "csri", "questionnaires", "agency_costs"):
        for column in pd.read_csv(EXAMPLE / f"{name}.csv", nrows=1).columns:
            assert f"`{column}`" in text, f"{name}.csv: {column}"
