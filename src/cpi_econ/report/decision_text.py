"""Methods text on decisions: many arms, one-way analysis, subgroups, further research."""

from __future__ import annotations

from cpi_econ.report.labels import printable
from cpi_econ.report.material import Material


def frontier_text(of: Material) -> tuple[str, str]:
    """How more than two arms are compared; empty with two.

    Parameters
    ----------
    of : Material
    """
    said = (
        "Arms are ordered from the cheapest; those dominated by another arm or by a mixture of two "
        "others are named, and ratios compare neighbours on the frontier [karlsson]."
    )
    return "More than two arms", said if len(of.others) > 1 else ""


def one_way_text(of: Material) -> tuple[str, str]:
    """How inputs were moved; empty where none were.

    Parameters
    ----------
    of : Material
    """
    said = (
        "Each input was moved to its ends, all else as in the base case, and the estimate made "
        "again; net benefit is shown, not the ratio."
    )
    return "One-way analysis", said if of.results.get("sensitivity") else ""


def subgroup_text(of: Material) -> tuple[str, str]:
    """How subgroups were analysed; empty without any.

    Parameters
    ----------
    of : Material
    """
    groups = of.results.get("subgroups", {})
    if not groups:
        return "Subgroups", ""
    alone = of.study["weights"]["method"] != "none" or (of.study["missing"] or {}).get("delta")
    how = (
        "each analysed alone with draws of its own"
        if alone
        else "by one model with a mean for every arm in every subgroup and shared slopes of the "
        "covariates"
    )
    names = ", ".join(printable(name.replace("_", " ")) for name in groups)
    return "Subgroups", (
        f"By {names}: {how} [nixon]. The value of a decision for each subgroup is the expected net "
        "benefit of the best arm of each over that of one arm for all [espinoza]."
    )


def research_text(of: Material) -> tuple[str, str]:
    """How the value of further research was worked out; empty where a run did not.

    Parameters
    ----------
    of : Material
    """
    said = []
    if of.research.get("information", {}).get("evppi"):
        said.append(
            "The value of learning a part exactly is a regression of net benefit on it [strong]."
        )
    if "next_study" in of.research:
        said.append(
            "The next study would have people, clusters and losses like those of this one; its "
            "value is by moment matching [heath], and its power that of the interval of net "
            "benefit [glick]."
        )
    return "Further research", " ".join(said)
