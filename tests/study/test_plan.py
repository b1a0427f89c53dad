"""What the parts of a study file must say to each other."""

from __future__ import annotations

from typing import Any

import pytest

from cpi_econ.study.load import read_study
from cpi_econ.study.plan_checks import check_plan


def put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path, or take it away when ``value`` is None."""
    *above, last = path.split(".")
    for key in above:
        tree = tree.setdefault(key, {})
    if value is None:
        del tree[last]
    else:
        tree[last] = value


POISSON_IDENTITY = {"model": "glm", "family": "poisson", "link": "identity", "cost": ["age"]}
WIDE = {"_bl": "baseline", "_9m": "month_9"}


@pytest.mark.parametrize(
    ("path", "value", "code", "words"),
    [
        ("reference", "middle", "E007", 'reference "middle" is no arm; arms are low, high'),
        ("arms", ["low"], "E007", "fewer than two arms"),
        ("arms.mid", {"code": 1}, "E007", 'code 1 stands for both "high" and "mid"'),
        ("times", {"month_9": "9 months", "baseline": "0 months"}, "E007", "listed in order"),
        ("times.month_9", "0 months", "E007", "each later than the one before"),
        ("times.baseline", "1 month", "E007", "stands at 0 months"),
        ("horizon", "12 months", "E119", "beyond the last time"),
        ("price_year", "2014-15", "E004", "write 2014/15 or 2014"),
        ("price_year", "2014/16", "E004", "write 2014/15 or 2014"),
        ("horizon", "9 moons", "E004", "not a unit of time"),
        ("horizon", "-9 months", "E004", "negative"),
        ("discount", {"costs": "3.5%", "effects": 35}, "E006", "write 35%"),
        ("currency", None, "E004", '"currency" is missing; it has no default'),
        ("design", "randomized", "E004", 'did you mean "randomised"?'),
        ("data.responses.suffixes", WIDE, "E007", "give one of them"),
        ("data.suffixes", {"_bl": "baseline", "_b": "baseline"}, "E007", "2 suffixes stand for"),
        ("data.suffixes", {"_bl": "start"}, "E007", '"start" is not among times'),
        ("data.time_codes", {1: "start"}, "E007", '"start" is not among times'),
        ("data.service_use.recall", None, "E110", "recall window and scale are both needed"),
        ("costs.unit_costs", None, "E004", "costs.unit_costs"),
        ("costs.column", "total", "E004", "give either items:"),
        ("costs.items", None, "E004", "give either items:"),
        ("perspective", None, "E004", "perspective: for example [NHS, PSS]"),
        ("effects", {}, "E004", "name at least one effect"),
        ("effects.qaly.value_set", None, "E107", "There is no default"),
        ("effects.qaly.columns", None, "E004", "which column holds which dimension"),
        ("effects.qaly.columns.mobility", "sc", "E007", 'column "sc" cannot hold both mobility'),
        ("adjust", POISSON_IDENTITY, "E007", "identity is for family: gamma or gaussian, not poi"),
        ("uncertainty.replicates", 10, "E004", "greater than or equal to 100"),
        ("uncertainty.seed", -1, "E004", "greater than or equal to 0"),
        ("uncertainty.level", "20%", "E004", "20% is no interval"),
        ("uncertainty.resample", "cluster", "E004", 'did you mean "clusters"?'),
        ("wtp", {"from": 30000, "to": 20000}, "E007", "wtp.to must not be below wtp.from"),
        ("effects.qaly.wtp", {"to": 500, "step": 5}, "E007", "takes the study's own wtp"),
        ("wtp", {"step": 0.001}, "E007", "take a larger one"),
        ("wtp", {"report": [-5]}, "E007", "wtp starts at zero"),
        ("wtp", {"report": []}, "E007", "report names no threshold"),
        ("population", {"size": 12000, "years": 5}, "E006", "12000 per year"),
    ],
)
def test_a_study_file_that_contradicts_itself(
    small: Any, path: str, value: Any, code: str, words: str
) -> None:
    put(small.tree, path, value)
    found = small.errors()
    assert code in {one.code for one in found}
    assert any(words in one.message for one in found)
    assert all(one.where.file == "study.yaml" for one in found)


def test_clusters_need_a_column_of_clusters(small: Any) -> None:
    small.tree["uncertainty"]["resample"] = "clusters"
    del small.tree["data"]["participants"]["cluster"]
    (found,) = small.errors()
    assert (found.code, found.where.column) == ("E007", "uncertainty.resample")


def test_every_finding_names_the_line_of_its_key(small: Any, as_yaml: Any) -> None:
    small.tree["reference"] = "middle"
    text = as_yaml(small.tree)
    (found,) = small.errors()
    assert text.splitlines()[(found.where.row or 0) - 1] == "reference: middle"


def test_one_column_costed_twice_is_named(small: Any) -> None:
    small.tree["costs"]["items"]["travel"] = {"quantity": "gp", "service": "gp_visit"}
    (found,) = [one for one in small.findings() if one.code == "W021"]
    assert '"gp" is the quantity of gp_visit and travel' in found.message


def test_durations_in_any_unit_are_the_same_study(small: Any) -> None:
    months = small.study()
    put(small.tree, "times.month_9", "0.75 years")
    put(small.tree, "horizon", " 0.75  Years ")
    put(small.tree, "data.service_use.recall", "0.25 years")
    years = small.study()
    assert (years.times, years.horizon) == (months.times, months.horizon)
    assert years.data.service_use[0].recall == months.data.service_use[0].recall


def test_a_study_is_frozen(small: Any) -> None:
    study = small.study()
    with pytest.raises(ValueError, match="frozen"):
        study.currency = "EUR"


def test_order_of_keys_does_not_matter(small: Any, as_yaml: Any) -> None:
    expected = small.study()
    turned = dict(reversed(small.tree.items()))
    assert read_study(small.write(as_yaml(turned))).model_dump() == expected.model_dump()


def test_a_good_plan_has_no_findings(small: Any) -> None:
    assert check_plan(small.study()) == []
