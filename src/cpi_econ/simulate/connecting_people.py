"""The synthetic replica of the Connecting People pilot: five files of raw answers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cpi_econ.simulate.agencies import agencies, agency_costs
from cpi_econ.simulate.people import People, people
from cpi_econ.simulate.questionnaires import SCORES, questionnaires
from cpi_econ.simulate.service_use import WAVES, csri

# Chosen among the first 20,000 seeds for contrasts near the published ones; see the example's
# data dictionary. Another seed gives another study of the same shape.
SEED = 5638


def connecting_people(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Raw tables of the replica, keyed by file name without ending. All of it is made up.

    Parameters
    ----------
    seed : int, optional
        Same seed, same study. The default is the seed of the bundled example.

    Returns
    -------
    dict of str to DataFrame
        ``participants`` and ``agencies`` (one row each), ``csri`` and ``questionnaires`` (one row
        a person and wave), ``agency_costs`` (one row an agency).

    References
    ----------
    Webber et al. (2019), Research on Social Work Practice 29(5), doi:10.1177/1049731517753685:
    design, sample sizes and contrasts. Every value of a person is invented.

    Examples
    --------
    >>> study = connecting_people()
    >>> len(study["participants"]), study["csri"]["wave"].value_counts().to_dict()["baseline"]
    (155, 155)
    """
    made = people(seed)
    answers = questionnaires(made, seed)
    return {
        "participants": _with_scores(made, answers),
        "agencies": agencies(),
        "csri": csri(made, seed),
        "questionnaires": answers,
        "agency_costs": agency_costs(seed),
    }


def _with_scores(made: People, answers: pd.DataFrame) -> pd.DataFrame:
    """Participants with the three scores of both visits and the fidelity of their agency.

    Scores are blank for who was not followed up.
    """
    frame = made.frame
    for score in SCORES:
        wide = answers.pivot(index="client_id", columns="wave", values=score).astype("Int64")
        wide = wide[list(WAVES)].add_prefix(f"{score}_")
        frame = frame.merge(wide, left_on="client_id", right_index=True, validate="1:1")
    fidelity = agencies().set_index("agency")["fidelity_score"]
    return frame.assign(fidelity_score=frame["agency"].map(fidelity))


def write_connecting_people(folder: str | Path, seed: int = SEED) -> list[Path]:
    """Write the tables of `connecting_people` as CSV and return the paths written.

    The bytes depend on the seed only: UTF-8, LF at line ends, whole numbers, blank for nothing.
    """
    written = []
    for name, table in connecting_people(seed).items():
        path = Path(folder) / f"{name}.csv"
        table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        written.append(path)
    return written
