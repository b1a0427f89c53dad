import pytest

from cpi_econ.uncertainty.checks import sample_findings


def found(table, **options):
    return {finding.code: finding.message for finding in sample_findings(table, **options)}


def test_what_every_draw_keeps(people):
    messages = found(people.rename(columns={"agency": "cluster"}), resample="clusters")
    assert messages["N132"].endswith("clusters of each arm: high 6, low 10.")


def test_many_clusters_that_cross_arms_are_no_warning(people):
    many = people.assign(cluster=people.index // 2 % 16)
    assert set(found(many, resample="individuals")) == {"N132"}


@pytest.mark.parametrize("name", ["cost", "effect"])
def test_outcome_constant_in_an_arm(people, name):
    flat = people.assign(**{name: people[name].where(people["arm"] == "low", 1.5)})
    assert found(flat, resample="none") == {"W070": f'{name} is 1.5 for everyone in arm "high".'}
