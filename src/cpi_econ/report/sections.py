"""The sections of a report in reading order."""

from __future__ import annotations

from cpi_econ.report.cheers import cheers_section
from cpi_econ.report.content import Section
from cpi_econ.report.material import Material
from cpi_econ.report.methods_text import methods_section
from cpi_econ.report.sections_balance import balance_section
from cpi_econ.report.sections_clusters import clusters_section
from cpi_econ.report.sections_decision import decision_section, information_section
from cpi_econ.report.sections_exposure import exposure_section
from cpi_econ.report.sections_findings import findings_section
from cpi_econ.report.sections_frontier import arms_section
from cpi_econ.report.sections_health import health_section, value_sets_section
from cpi_econ.report.sections_imputation import imputation_section
from cpi_econ.report.sections_record import plan_section, provenance_section
from cpi_econ.report.sections_results import key_section, results_section, scenarios_section
from cpi_econ.report.sections_sample import sample_section
from cpi_econ.report.sections_sensitivity import sensitivity_section
from cpi_econ.report.sections_subgroups import subgroups_section
from cpi_econ.report.sections_use import costs_section, unit_costs_section


def sections(of: Material) -> list[Section]:
    """Every section that has something to say.

    Parameters
    ----------
    of : Material
        From ``material``.
    """
    made = [
        key_section(of),
        decision_section(of),
        results_section(of),
        arms_section(of),
        scenarios_section(of),
        exposure_section(of),
        sensitivity_section(of),
        subgroups_section(of),
        sample_section(of),
        costs_section(of),
        health_section(of),
        balance_section(of),
        clusters_section(of),
        imputation_section(of),
        information_section(of),
        findings_section(of),
        methods_section(of),
        unit_costs_section(of),
        value_sets_section(of),
        plan_section(of),
    ]
    shown = [one for one in made if one.blocks]
    return [*shown, cheers_section(of, shown), provenance_section(of)]
