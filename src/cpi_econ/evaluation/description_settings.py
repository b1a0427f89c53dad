"""What a reader must know of a study file: labels, choices, and the plan's fingerprint."""

from __future__ import annotations

from typing import Any

from cpi_econ.effects.catalogue import value_set
from cpi_econ.errors import FindingsError
from cpi_econ.evaluation.valuing import effect_unit
from cpi_econ.study.blinding import plan_hash
from cpi_econ.study.config import Effect, Study


def settings_block(study: Study) -> dict[str, Any]:
    """Labels and choices of a study as plain values, without paths or columns of people.

    Parameters
    ----------
    study : Study
    """
    horizon = study.raw.get("horizon")
    recall = sorted({file.recall for file in study.data.service_use if file.recall is not None})
    return {
        "title": study.title,
        "design": study.design,
        "perspective": list(study.perspective),
        "currency": study.currency,
        "price_year": study.price_year or "",
        "horizon": "" if horizon is None else str(horizon),
        "horizon_years": study.horizon,
        "discount": study.discount.model_dump(),
        "arms": study.labels,
        "reference": study.reference,
        "times": dict(study.times),
        "cluster": study.data.participants.cluster,
        "recall_years": recall,
        "scale": sorted({file.scale for file in study.data.service_use if file.scale}),
        "price_index": study.costs.price_index,
        "finished_costs": study.costs.column is not None,
        "delivery": study.costs.delivery.share if study.costs.delivery else None,
        "effects": {name: effect_settings(name, one) for name, one in study.effects.items()},
        "missing": None if study.missing is None else study.missing.model_dump(mode="json"),
        "adjust": study.adjust.model_dump(mode="json"),
        "weights": study.weights.model_dump(mode="json"),
        "uncertainty": study.uncertainty.model_dump(mode="json"),
        "wtp": list(study.wtp.report),
        "population": None if study.population is None else study.population.model_dump(),
        "subgroups": list(study.subgroups),
        "text": dict(study.report.text),
        "not_applicable": dict(study.report.not_applicable),
        "departures": list(study.report.departures),
        "plan": {
            "sha256": plan_hash(study),
            "registered": study.report.plan_hash,
            "blind": study.report.blind,
        },
    }


def effect_settings(name: str, effect: Effect) -> dict[str, Any]:
    """How one effect is made, and its unit.

    Parameters
    ----------
    name : str
        Its name in the study file.
    effect : Effect
    """
    return {
        "unit": effect_unit(name, effect),
        "instrument": effect.instrument,
        "value_set": effect.value_set,
        "mapping": effect.mapping,
        "summary": effect.summary,
        "from": "finished values"
        if effect.column
        else "utilities"
        if effect.utility
        else "answers",
    }


def value_set_rows(study: Study) -> list[dict[str, Any]]:
    """Value sets of the study with their sources, one row an effect that is valued.

    Parameters
    ----------
    study : Study
    """
    rows = []
    for name, effect in study.effects.items():
        if effect.value_set is None:
            continue
        own = study.folder / effect.value_set
        try:
            tariff = value_set(str(own) if own.suffix and own.is_file() else effect.value_set)
        except FindingsError:
            continue
        about = tariff.about
        rows.append(
            {
                "effect": name,
                "instrument": effect.instrument,
                "value_set": own.name,
                "name": about.get("name", ""),
                "region": about.get("region", ""),
                "year": about.get("year"),
                "status": tariff.status,
                "mapping": effect.mapping,
                "source": tariff.citation,
            }
        )
    return rows
