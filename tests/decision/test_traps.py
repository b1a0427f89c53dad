"""Silent errors of the trade in the decision room: what is said, to the letter."""

import numpy as np
import pytest

from cpi_econ.decision.acceptability import ceac
from cpi_econ.decision.icer import icer
from cpi_econ.decision.incremental import quadrants
from cpi_econ.decision.information import evpi
from cpi_econ.decision.net_benefit import inmb_intervals
from cpi_econ.decision.remarks import decision_findings
from cpi_econ.decision.replicates import replicates

SIDES = {"NE": (1, 1), "SE": (-1, 1), "NW": (1, -1), "SW": (-1, -1)}


def cloud(shares, cost=100.0, effect=0.01):
    """A hundred draws in the quadrants named, with estimates of their own."""
    rows = [SIDES[name] for name, count in shares.items() for _ in range(count)]
    inc = np.array(rows) * (50.0, 0.02)
    zero = np.zeros(len(inc))
    return replicates(
        np.column_stack([zero, inc[:, 0]]),
        np.column_stack([zero, inc[:, 1]]),
        arms=["low", "high"],
        reference="low",
        cost_hat=[0.0, cost],
        effect_hat=[0.0, effect],
        currency="GBP",
        effect_unit="QALY",
    )


def said(made, code, report=(20_000,), **options):
    return [one.message for one in decision_findings(made, report, **options) if one.code == code]


def test_37_no_interval_for_a_ratio_across_quadrants():
    made = cloud({"NE": 38, "SE": 11, "NW": 41, "SW": 10})
    found = icer(made)
    assert (found.lower, found.upper) == (None, None)
    assert said(made, "N137") == [
        "draws fall in 4 quadrants (NE 38, SE 11, NW 41, SW 10%). No interval is given for the "
        "ICER; see net benefit."
    ]


def test_37_one_draw_on_the_other_side_is_enough():
    clear = cloud({"NE": 80, "SE": 20}, effect=0.2)
    assert icer(clear).lower is not None
    assert said(clear, "N137") == []
    crossed = cloud({"NE": 80, "SE": 19, "SW": 1}, effect=0.2)
    assert icer(crossed).lower is None
    assert said(crossed, "N137")[0].startswith("draws fall in 3 quadrants (NE 80, SE 19, SW 1%)")


def test_38_a_word_in_place_of_a_negative_ratio():
    made = cloud({"NW": 90, "NE": 10}, cost=100.0, effect=-0.01)
    assert icer(made).value is None
    assert said(made, "N138") == ["high costs more and gives fewer QALYs: dominated. No ICER."]
    better = cloud({"SE": 90, "NE": 10}, cost=-100.0, effect=0.01)
    assert said(better, "N138") == ["high costs less and gives more QALYs: dominant. No ICER."]
    same = cloud({"NE": 50, "NW": 50}, cost=100.0, effect=0.0)
    assert said(same, "N138") == [
        "high costs GBP 100 more than low for the same effect: equal effects. No ICER."
    ]


def test_39_ends_of_the_curve_are_the_shares_of_draws():
    made = cloud({"NE": 38, "SE": 32, "NW": 20, "SW": 10})
    assert said(made, "N139") == ["CEAC at 0 = 0.42 = share of draws that save money."]
    shares = quadrants(made).sel(arm="high")
    curve = ceac(made, [0.0, 1e12]).sel(arm="high")
    assert float(curve[0]) == pytest.approx(float(shares.sel(quadrant=["SE", "SW"]).sum()))
    assert float(curve[1]) == pytest.approx(float(shares.sel(quadrant=["NE", "SE"]).sum()))


def test_39_with_three_arms_it_is_the_share_cheapest(three):
    cheapest = three["cost"].to_numpy().argmin(axis=1)
    assert said(three, "N139") == [
        f"CEAC of {arm} at 0 = {np.mean(cheapest == at):.2f} = share of draws in which {arm} is "
        "cheapest."
        for at, arm in ((1, "b"), (2, "c"))
    ]


def test_42_net_benefit_does_not_change_with_units(reps):
    """Pence for pounds: intervals a hundred times as large, probabilities the same."""
    pence = reps.assign({name: 100 * reps[name] for name in ("cost", "cost_hat")})
    pounds, other = inmb_intervals(reps, [20_000]), inmb_intervals(pence, [2_000_000])
    for name in ("estimate", "se", "lower", "upper"):
        np.testing.assert_allclose(other[name], 100 * pounds[name])
    np.testing.assert_allclose(other["probability"], pounds["probability"])


def test_43_both_values_with_the_population(reps):
    people = {"size": 12_000.0, "years": 5.0, "discount": 0.035}
    each = float(evpi(reps, [20_000])[0])
    whole = 12_000 * sum(1.035**-year for year in range(5))
    assert said(reps, "N143", population=people) == [
        f"EVPI {each:,.0f} a person at 20,000; x 12,000 a year over 5 years at 3.5% = "
        f"{each * whole:,.0f}. Sampling uncertainty only; not confounding."
    ]
    assert said(reps, "N143") == []


def test_44_probabilities_with_their_monte_carlo_error(three):
    made = cloud({"NE": 61, "NW": 39})
    assert said(made, "N144") == ["P(cost-effective at 20,000) = 0.61 (Monte Carlo SE 0.049)."]
    assert all(message.startswith(("P(b cost", "P(c cost")) for message in said(three, "N144"))
