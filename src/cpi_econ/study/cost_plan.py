"""How the study file says what services cost: items, prices, and delivery of the intervention."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cpi_econ.study.parts import Code, Names, Part


class Item(Part):
    """Where the quantity of one service is, and its minutes and screening question."""

    quantity: str
    minutes: str | float | None = None
    used: str | None = None
    service: str | None = None
    unit: str | None = None


class Delivery(Part):
    """Delivery cost of the intervention per cluster, shared over its clients."""

    file: str
    share: Literal["per_client", "per_contact", "per_month"] = "per_client"
    cluster: str | None = None
    cost: str | None = None
    sheet: str | int | None = None
    encoding: str | None = None


class Costs(Part):
    """Service use to be priced, or finished values in one column."""

    unit_costs: Names = ()
    price_index: str | dict[str, str] | None = None
    items: dict[str, Item] = Field(default_factory=dict)
    delivery: Delivery | None = None
    column: str | None = None
    file: str | None = None
    id: str | None = None
    time: str | None = None
    sheet: str | int | None = None
    encoding: str | None = None
    time_codes: dict[Code, str] | None = None
    suffixes: dict[str, str] | None = None
    sum_over: Names = ()
