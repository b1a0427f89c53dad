"""Who is in the study and what is known of them: funnel, missing values, clusters."""

from __future__ import annotations

import pandas as pd

from cpi_econ.contracts import ARM, CLUSTER, COST, EFFECT, PARTICIPANT, TIME
from cpi_econ.evaluation.person_table import PersonTable
from cpi_econ.result.disclosure import mask_column
from cpi_econ.study.config import Study


def sample_tables(study: Study, people: PersonTable) -> dict[str, pd.DataFrame]:
    """Tables ``funnel``, ``known`` and, with clusters, ``clusters``.

    Parameters
    ----------
    study : Study
    people : PersonTable
    """
    tables = {"funnel": _funnel(study, people), "known": _known(study, people)}
    if CLUSTER in people.trial.participants:
        tables["clusters"] = _clusters(study, people)
    return tables


def _count(study: Study, people: PersonTable, flags: pd.Series) -> dict[str, int]:
    arm = people.trial.participants.set_index(PARTICIPANT)[ARM]
    told = _flags_of(arm.index, flags)
    return {name: int((told & arm.eq(name)).sum()) for name in study.arms}


def _flags_of(people: pd.Index[str], flags: pd.Series[bool]) -> pd.Series[bool]:
    """Flag of each person, False where there is none."""
    if flags.index.equals(people):
        return flags
    return flags.reindex(people).fillna(False).astype(bool)


def _steps(study: Study, people: PersonTable) -> dict[str, pd.Series]:
    """People who pass each step, the steps nested where one needs the other."""
    table = people.outcomes(study, study.primary).set_index(PARTICIPANT)
    everyone = pd.Series(True, index=table.index)
    cost, value = table[COST].notna(), table[EFFECT].notna()
    covariates = [*study.adjust.cost, *study.adjust.effect] if study.adjust.model != "none" else []
    steps = {"Participants": everyone}
    died = people.trial.participants.set_index(PARTICIPANT).get("died_years")
    if died is not None and bool(died.notna().any()):
        steps["Died during the study"] = died.notna()
    steps["Cost known"] = cost
    for name in study.effects:
        effect = people.effects[name].value
        if effect is not None:
            steps[f"Effect known: {name}"] = effect.notna()
    steps[f"Cost and {study.primary} known"] = cost & value
    if covariates:
        complete = table[list(dict.fromkeys(covariates))].notna().all(axis=1)
        steps["Covariates known as well"] = cost & value & complete
    return steps


def _funnel(study: Study, people: PersonTable) -> pd.DataFrame:
    rows = []
    for step, flags in _steps(study, people).items():
        counts = _count(study, people, flags)
        rows += [{"step": step, "arm": arm, "n": n} for arm, n in counts.items()]
    table = pd.DataFrame(rows)
    return mask_column(table, "n", ["step"], small=study.report.small_numbers)


def _known(study: Study, people: PersonTable) -> pd.DataFrame:
    """Share of the people with each quantity known, by time and arm."""
    arm = people.trial.participants.set_index(PARTICIPANT)[ARM]
    rows = []
    for quantity, time, flags in _quantities(study, people):
        told = _flags_of(arm.index, flags)
        for name in study.arms:
            here = told[arm.eq(name)]
            rows.append((quantity, time, name, int(here.sum()), len(here)))
    table = pd.DataFrame(rows, columns=["quantity", "time", "arm", "n", "of"])
    table["percent"] = 100 * table["n"] / table["of"].clip(lower=1)
    return mask_column(
        table, "n", ["quantity", "time"], ["percent"], small=study.report.small_numbers
    )


def _quantities(study: Study, people: PersonTable) -> list[tuple[str, str, pd.Series]]:
    found: list[tuple[str, str, pd.Series]] = []
    use = people.trial.service_use
    if not use.empty:
        known = use["quantity"].notna().groupby([use[TIME], use[PARTICIPANT]], sort=False).all()
        found += [
            ("Service use, every item", time, known.xs(time))
            for time in study.times
            if time in known.index.get_level_values(0)
        ]
    for name, effect in people.effects.items():
        if effect.utilities is not None:
            for time, rows in effect.utilities.groupby(TIME, sort=False):
                found.append((name, str(time), rows.set_index(PARTICIPANT)["utility"].notna()))
        elif effect.value is not None:
            found.append((name, "", effect.value.notna()))
    if people.costs.cost is not None:
        found.append(("Total cost", "", people.costs.cost.notna()))
    return found


def _clusters(study: Study, people: PersonTable) -> pd.DataFrame:
    """Number and size of clusters by arm; sizes below five are masked."""
    sizes = people.trial.participants.groupby([ARM, CLUSTER], observed=True).size()
    rows = []
    for arm in study.arms:
        here = sizes[sizes.index.get_level_values(ARM) == arm]
        least = int(here.min()) if len(here) else 0
        masked = study.report.small_numbers == "mask" and 0 < least < 5
        rows.append(
            {
                "arm": arm,
                "clusters": len(here),
                "smallest": "<5" if masked else least,
                "median": float(here.median()) if len(here) else None,
                "largest": int(here.max()) if len(here) else 0,
            }
        )
    return pd.DataFrame(rows)
