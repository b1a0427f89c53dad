"""The CSRI of the replica: which services are asked for, and how use of each comes about."""

from __future__ import annotations

from typing import NamedTuple


class Service(NamedTuple):
    """One question of the CSRI.

    ``share``: users in three months among people of average need, by user group (mental health,
    older adult, learning disability). ``median`` and ``spread``: log-normal quantity among users,
    capped at ``cap``. ``minutes``: median length, 0 where the price is per contact.
    ``response``: log change of share and quantity under high fidelity at nine months.
    """

    column: str
    block: str
    share: tuple[float, float, float]
    median: float
    spread: float
    cap: int
    minutes: int = 0
    response: float = 0.0


# Blocks that open with a screening question, any_<block>: "no" leaves the block blank.
SCREENED = ("inpatient", "day_activity", "justice", "education", "informal_care")

SERVICES = (
    Service("supported_housing_weeks", "accommodation", (0.06, 0.05, 0.20), 12, 0.3, 13),
    Service("mh_nights", "inpatient", (0.025, 0.02, 0.005), 3, 0.7, 21, 0, -0.3),
    Service("general_stays", "inpatient", (0.03, 0.08, 0.03), 0.8, 0.4, 4),
    Service("psychiatry_visits", "outpatient", (0.45, 0.35, 0.22), 0.9, 0.5, 6, 0, -0.15),
    Service("outpatient_visits", "outpatient", (0.22, 0.40, 0.25), 1.0, 0.6, 10),
    Service("ae_visits", "outpatient", (0.12, 0.12, 0.07), 0.8, 0.5, 6, 0, -0.1),
    Service("ambulance_journeys", "outpatient", (0.05, 0.08, 0.03), 0.7, 0.4, 4, 0, -0.1),
    Service("scans", "tests", (0.10, 0.20, 0.10), 0.8, 0.4, 4),
    Service("blood_tests", "tests", (0.35, 0.45, 0.30), 1.0, 0.6, 12),
    Service("day_centre_sessions", "day_activity", (0.12, 0.28, 0.08), 6, 0.6, 39, 0, -0.2),
    Service("ld_day_sessions", "day_activity", (0.0, 0.0, 0.40), 7, 0.5, 39, 0, -0.2),
    Service("drop_in_sessions", "day_activity", (0.22, 0.15, 0.20), 6, 0.7, 39, 0, 0.2),
    Service("cpn_contacts", "community", (0.52, 0.50, 0.10), 4, 0.6, 30, 45, -0.25),
    Service("psychologist_contacts", "community", (0.12, 0.05, 0.08), 4, 0.6, 20, 55, -0.1),
    Service("ot_contacts", "community", (0.10, 0.15, 0.15), 2, 0.7, 16, 0, -0.1),
    Service("crisis_contacts", "community", (0.04, 0.02, 0.01), 2.2, 0.8, 15, 0, -0.25),
    Service("talking_therapy_contacts", "community", (0.07, 0.04, 0.02), 3.5, 0.5, 12),
    Service("substance_nurse_contacts", "community", (0.05, 0.01, 0.01), 4, 0.7, 26, 40),
    Service("district_nurse_visits", "community", (0.03, 0.15, 0.06), 3, 0.9, 60),
    Service("social_worker_contacts", "social_care", (0.35, 0.40, 0.55), 2.2, 0.6, 20, 50, -0.15),
    Service("support_worker_contacts", "social_care", (0.45, 0.35, 0.60), 6, 0.6, 50, 70, -0.15),
    Service("home_care_visits", "social_care", (0.03, 0.25, 0.12), 16, 0.7, 120, 35, -0.1),
    Service("advocate_contacts", "social_care", (0.08, 0.05, 0.20), 2, 0.6, 13),
    Service("befriender_visits", "social_care", (0.08, 0.20, 0.12), 5, 0.6, 26, 0, 0.3),
    Service("gp_contacts", "primary_care", (0.70, 0.75, 0.55), 1.4, 0.6, 15),
    Service("gp_phone_calls", "primary_care", (0.18, 0.20, 0.08), 1.0, 0.6, 10),
    Service("practice_nurse_contacts", "primary_care", (0.28, 0.45, 0.30), 1.0, 0.6, 13),
    Service("dentist_visits", "primary_care", (0.25, 0.20, 0.30), 0.9, 0.4, 6),
    Service("prescription_items", "medication", (0.82, 0.92, 0.60), 5, 0.6, 40),
    Service("liaison_contacts", "justice", (0.02, 0.0, 0.02), 1.0, 0.5, 5),
    Service("police_contacts", "justice", (0.07, 0.02, 0.05), 1.0, 0.6, 10, 0, -0.1),
    Service("class_sessions", "education", (0.18, 0.08, 0.30), 8, 0.6, 39, 0, 0.3),
    Service("informal_care_days", "informal_care", (0.40, 0.50, 0.65), 18, 0.8, 91, 75),
    Service("days_off_work", "employment", (0.35, 0.0, 0.30), 3, 0.8, 60, 450),
    Service("travel_journeys", "own_costs", (0.60, 0.50, 0.50), 5, 0.7, 60),
)


def minutes_column(service: Service) -> str:
    """Name of the column that holds the average minutes of a service.

    Examples
    --------
    >>> minutes_column(SERVICES[12])
    'cpn_minutes'
    """
    return service.column.rpartition("_")[0] + "_minutes"
