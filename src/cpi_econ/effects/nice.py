"""NICE's dated rules on EQ-5D: which mapping and value set each names."""

from __future__ import annotations

from dataclasses import dataclass

from cpi_econ.effects.value_set import ValueSet
from cpi_econ.errors import ValueSetError, stop


@dataclass(frozen=True)
class NiceRule:
    """One dated rule: value set, and the mapping for answers to each version."""

    name: str
    dated: str
    value_set: str
    mappings: dict[str, str | None]
    source: str


_UK_3L = "eq5d3l_gb_tto_1997"

NICE_RULES = {
    rule.name: rule
    for rule in (
        NiceRule(
            "nice_2019",
            "position statement of October 2019",
            _UK_3L,
            {"EQ-5D-3L": None, "EQ-5D-5L": "van_hout_2012"},
            "NICE position statement on EQ-5D-5L, October 2019: the set for England is not "
            "recommended; 5L data are mapped to 3L.",
        ),
        NiceRule(
            "nice_2022",
            "methods manual PMG36 of 2022, section 4.3",
            _UK_3L,
            {"EQ-5D-3L": None, "EQ-5D-5L": "dsu_2023"},
            "NICE health technology evaluations: the manual (PMG36), 2022, section 4.3.",
        ),
        NiceRule(
            "nice_2026_proposed",
            "consultation of 2026, open when read in May 2026",
            "eq5d5l_gb_2026",
            {"EQ-5D-5L": None, "EQ-5D-3L": "dsu_2023"},
            "NICE consultation on a modular update, 2026: proposed, check the outcome.",
        ),
    )
}


def nice_rule(
    name: str, answered: str, value_set: ValueSet | str | None = None
) -> tuple[str | None, str]:
    """Mapping and value set that a rule names for answers to one version.

    Parameters
    ----------
    name : str
        ``nice_2019``, ``nice_2022`` or ``nice_2026_proposed``.
    answered : str
        ``EQ-5D-3L`` or ``EQ-5D-5L``.
    value_set : ValueSet or str, optional
        A set named beside the rule; it must be the rule's own.

    Raises
    ------
    ValueSetError
        ``E056`` no such rule, another instrument, or another set beside it.

    Examples
    --------
    >>> nice_rule("nice_2022", "EQ-5D-5L")
    ('dsu_2023', 'eq5d3l_gb_tto_1997')
    >>> nice_rule("nice_2022", "EQ-5D-3L")
    (None, 'eq5d3l_gb_tto_1997')
    """
    if name not in NICE_RULES:
        known = ", ".join(NICE_RULES)
        stop(ValueSetError, "E056", f'there is no NICE rule "{name}"; rules are {known}.')
    rule = NICE_RULES[name]
    if answered not in rule.mappings:
        stop(ValueSetError, "E056", f"{name} is about EQ-5D-3L and EQ-5D-5L, not {answered}.")
    given = value_set.id if isinstance(value_set, ValueSet) else value_set
    if given not in (None, rule.value_set):
        message = (
            f"{name} ({rule.dated}) values with {rule.value_set}, not {given}. Name that set, or "
            "name the mapping itself."
        )
        stop(ValueSetError, "E056", message)
    return rule.mappings[answered], rule.value_set


def nice_mapping(name: str, value_set: ValueSet | str | None = None) -> tuple[str, str]:
    """Mapping that a rule names for answers to the other version, and its value set.

    Examples
    --------
    >>> nice_mapping("nice_2019")
    ('van_hout_2012', 'eq5d3l_gb_tto_1997')
    """
    answered = next(version for version, mapping in NICE_RULES[name].mappings.items() if mapping)
    mapping, chosen = nice_rule(name, answered, value_set)
    return str(mapping), chosen
