"""Rules of the study file that settle service use and prices before anything is costed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cpi_econ.study.parts import Code, Decimal, Names, Part
from cpi_econ.study.quantities import Share, Years

UnknownNumber = Literal["missing", "mean_of_users", "median_of_users"]
MissingMinutes = Literal["missing", "mean", "median", "typical"]
InformalCare = Literal["proxy_good", "opportunity_cost"]


class CapRule(Part):
    """Most that some items may add up to, in a day or in a recall window."""

    items: Names
    per_day: float | None = Field(default=None, gt=0)
    per_window: float | None = Field(default=None, gt=0)


class WorkLoss(Part):
    """Price of a day of paid work not done; a friction period bounds the days that count."""

    wage: float = Field(ge=0)
    hours_per_day: float = Field(default=7.5, gt=0)
    on_costs: Share = 0.0
    elasticity: float = Field(default=1.0, gt=0, le=1)
    friction_period: Years | None = None
    sector: Names = ("societal",)


class Medicines(Part):
    """File of medicines taken, one row a medicine and visit."""

    file: str
    id: str | None = None
    time: str
    time_codes: dict[Code, str] | None = None
    medicine: str = "medicine"
    daily_dose: str = "daily_dose"
    days: str = "days"
    used: str | None = None
    missing_dose: Literal["missing", "defined_daily_dose", "modal"] = "missing"
    table: str | None = None
    recall: Years | None = None
    sheet: str | int | None = None
    encoding: str | None = None
    decimal: Decimal = "."


class Exchange(Part):
    """Unit costs of another currency: at purchasing power parity of one year, or at a rate."""

    from_: str = Field(alias="from")
    to: str | None = None
    method: Literal["ppp", "rate"] = "ppp"
    year: str | None = None
    rate: float | None = Field(default=None, gt=0)
