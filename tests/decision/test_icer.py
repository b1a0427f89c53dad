import numpy as np
import pytest

from cpi_econ.decision.icer import icer
from cpi_econ.decision.replicates import replicates
from cpi_econ.errors import EstimationError

WORDS = [
    (100.0, 0.1, 1000.0, None, "b costs GBP 1,000 more per QALY gained than a"),
    (0.5, 0.1, 5.0, None, "b costs GBP 5 more per QALY gained than a"),
    (-100.0, -0.1, 1000.0, None, "b saves GBP 1,000 per QALY lost against a"),
    (-100.0, 0.1, None, "dominant", "b dominates a"),
    (100.0, -0.1, None, "dominated", "b is dominated by a"),
    (100.0, 0.0, None, "equal effects", "b costs GBP 100 more than a for the same effect"),
    (-100.0, 0.0, None, "equal effects", "b costs GBP 100 less than a for the same effect"),
    (0.0, 0.1, None, "equal costs", "b gives 0.1 QALY more than a at the same cost"),
    (0.0, -0.1, None, "equal costs", "b gives 0.1 QALY less than a at the same cost"),
    (0.0, 0.0, None, "no difference", "b and a do not differ in cost or effect"),
]


def made(cost, effect, *, spread=0.001, arms=("a", "b")):
    noise = np.random.default_rng(1).normal(size=(500, 2))
    cost_draws = np.column_stack([np.zeros(500), cost + 10 * noise[:, 0]])
    effect_draws = np.column_stack([np.zeros(500), effect + spread * noise[:, 1]])
    return replicates(
        cost_draws,
        effect_draws,
        arms=arms,
        reference=arms[0],
        cost_hat=[0, cost],
        effect_hat=[0, effect],
        currency="GBP",
        effect_unit="QALY",
    )


@pytest.mark.parametrize(("cost", "effect", "value", "reason", "statement"), WORDS)
def test_number_or_word(cost, effect, value, reason, statement):
    found = icer(made(cost, effect))
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.reason == reason
    assert found.statement == statement
    assert sum(found.quadrants.values()) == pytest.approx(1)


@pytest.mark.parametrize(("cost", "effect", "value", "reason", "_"), WORDS)
def test_exchanged_arms_exchange_the_word(cost, effect, value, reason, _):
    opposite = {"dominant": "dominated", "dominated": "dominant"}
    turned = icer(made(cost, effect).assign_attrs(reference="b"))
    assert turned.reason == opposite.get(reason, reason)
    assert turned.value == (None if value is None else pytest.approx(value))


def test_interval_only_where_the_effect_differs_from_zero():
    clear, unclear = icer(made(100.0, 0.1)), icer(made(100.0, 0.1, spread=0.1))
    assert clear.lower < clear.value < clear.upper
    assert clear.findings == ()
    assert (unclear.lower, unclear.upper) == (None, None)
    assert unclear.value == pytest.approx(1000)
    assert [finding.code for finding in unclear.findings] == ["N137"]
    assert "NE" in unclear.findings[0].message


def test_dominance_gives_a_note_and_no_interval():
    found = icer(made(-100.0, 0.1))
    assert (found.lower, found.upper) == (None, None)
    assert found.findings[0].code == "N138"


def test_pence_for_pounds():
    pounds = made(100.0, 0.1)
    pence = pounds.assign({name: 100 * pounds[name] for name in ("cost", "cost_hat")})
    one, other = icer(pounds), icer(pence)
    expected = (100 * one.value, 100 * one.lower, 100 * one.upper)
    assert (other.value, other.lower, other.upper) == pytest.approx(expected)


def test_arm_must_be_named_with_more_than_two(three):
    with pytest.raises(EstimationError, match=r"E086 name an arm; arms are b, c\."):
        icer(three)
    with pytest.raises(EstimationError, match="E086"):
        icer(three, "a")
    assert icer(three, "c").value == pytest.approx(900 / 0.06, rel=0.1)
