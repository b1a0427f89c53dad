"""What the author may write for the report: one slot for each CHEERS 2022 item."""

from __future__ import annotations

from typing import Literal

TextSlot = Literal[
    "title",
    "abstract",
    "background",
    "plan",
    "population",
    "setting",
    "comparators",
    "perspective",
    "horizon",
    "discounting",
    "outcomes",
    "measurement",
    "valuation",
    "resources",
    "currency",
    "model",
    "analytics",
    "heterogeneity",
    "distribution",
    "uncertainty",
    "engagement",
    "parameters",
    "results",
    "effect_of_uncertainty",
    "effect_of_engagement",
    "discussion",
    "funding",
    "conflicts",
]
