"""How the study file says what services cost: items, prices, and delivery of the intervention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from cpi_econ.study.cost_rules import (
    CapRule,
    Exchange,
    InformalCare,
    Medicines,
    MissingMinutes,
    UnknownNumber,
    WorkLoss,
)
from cpi_econ.study.parts import Code, Codes, ColumnOrNumber, Decimal, Names, Part
from cpi_econ.study.quantities import Years, years


def _useful_life(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(agency): years(life) for agency, life in value.items()}
    return years(value)


UsefulLife = Annotated[float | dict[str, float], BeforeValidator(_useful_life)]


class Item(Part):
    """Where the quantity of one service is, and what else was asked about it."""

    quantity: str
    minutes: ColumnOrNumber = None
    used: str | None = None
    service: str | None = None
    unit: str | None = None
    unknown_codes: Codes = ()
    group_size: ColumnOrNumber = None
    staff: ColumnOrNumber = None
    recall: Years | None = None


class Delivery(Part):
    """Delivery cost of the intervention per cluster, shared over its clients."""

    file: str
    share: Literal["per_client", "per_contact", "per_month"] = "per_client"
    cluster: str | None = None
    own: str | None = None
    cost: str | None = None
    components: Names = ()
    useful_life: UsefulLife | None = None
    years: Years = 1.0
    sector: Names = ("intervention", "NHS", "PSS", "societal")
    sheet: str | int | None = None
    encoding: str | None = None
    decimal: Decimal = "."


class Costs(Part):
    """Service use to be priced, or finished values in one column."""

    unit_costs: Names = ()
    set_unit_costs: dict[str, float] = Field(default_factory=dict)
    exchange: Exchange | None = None
    face_to_face: dict[str, float] = Field(default_factory=dict)
    price_index: str | dict[str, str] | None = None
    items: dict[str, Item] = Field(default_factory=dict)
    not_asked: dict[str, Names] = Field(default_factory=dict)
    night_items: Names = ()
    community_items: Names = ()
    blank_items: dict[str, Names] = Field(default_factory=dict)
    unknown_number: UnknownNumber = "missing"
    missing_minutes: MissingMinutes = "missing"
    caps: dict[str, CapRule] = Field(default_factory=dict)
    groups: dict[str, float] = Field(default_factory=dict)
    packages: dict[str, Names] = Field(default_factory=dict)
    informal_care: dict[str, InformalCare] = Field(default_factory=dict)
    work_loss: dict[str, WorkLoss] = Field(default_factory=dict)
    medicines: Medicines | None = None
    service_groups: dict[str, Names] = Field(default_factory=dict)
    delivery: Delivery | None = None
    column: str | None = None
    file: str | None = None
    id: str | None = None
    time: str | None = None
    sheet: str | int | None = None
    encoding: str | None = None
    decimal: Decimal = "."
    time_codes: dict[Code, str] | None = None
    suffixes: dict[str, str] | None = None
    sum_over: Names = ()

    def service_of(self, item: str) -> str:
        """Service that prices an item; its own name unless the file says otherwise."""
        return self.items[item].service or item
