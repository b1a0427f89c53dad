"""Chained equations: a plain loop gives the same numbers, and matching takes the nearest."""

import numpy as np
import pytest

from cpi_econ.kernels.chained import RIDGE, Target, chained
from cpi_econ.kernels.copies import draw_copies, everyone
from cpi_econ.kernels.donors import TIE, draw_donors


def one(number):
    return np.array([number], dtype=np.intp)


def matched(score, weights, target, uniform, k):
    """A donor for one recipient, by sorting everybody by distance."""
    donors = [slot for slot in range(len(score)) if weights[slot] > 0]
    near = sorted(donors, key=lambda slot: (abs(score[slot] - target), slot))[:k]
    low, high = min(score[near]) - TIE, max(score[near]) + TIE
    pool = sorted((s for s in donors if low <= score[s] <= high), key=lambda s: (score[s], s))
    left = uniform * sum(weights[slot] for slot in pool)
    for slot in pool:
        left -= weights[slot]
        if left < 0:
            return slot
    return pool[-1]


def loop(values, known, weights, targets, rng, cycles, k):
    """The kernel's twin: one replicate, one recipient at a time, normal equations by hand."""
    values = values.copy()
    rows = range(len(values))
    holes = [
        [(r, s) for r in rows for s in np.flatnonzero(~known[r, t] & (weights[r] > 0))]
        for t in range(len(targets))
    ]

    def fill(t, target, fitted, wanted, uniform, first=False):
        taken = []
        for (r, s), u in zip(holes[t], uniform, strict=True):
            donor = matched(fitted[r], weights[r] * known[r, t], wanted[r][s], u, k)
            taken.append((r, s, donor))
        for r, s, donor in taken:
            values[r, target.taken, s] = values[r, target.taken, donor]
            if target.residual and not first:
                values[r, target.match, s] += wanted[r][s] - fitted[r][donor]
                values[r, target.match, s] = max(values[r, target.match, s], target.least)
                values[r, target.match, s] = min(values[r, target.match, s], target.most)

    nought = np.zeros_like(weights)
    for t, target in enumerate(targets):
        fill(t, target, nought, nought, rng.random(len(holes[t])), first=True)
    for _ in range(cycles if len(targets) > 1 else 1):
        for t, target in enumerate(targets):
            p = len(target.regressors)
            free = [
                max((weights[r] * known[r, t]).sum() - (target.penalty == 0).sum(), 1) for r in rows
            ]
            gamma = rng.standard_gamma(np.array(free) / 2)
            noise = rng.standard_normal((len(values), p))
            fitted, wanted = np.zeros_like(weights), np.zeros_like(weights)
            for r in rows:
                w = weights[r] * known[r, t]
                x, y = values[r, target.regressors].T, values[r, target.match]
                ridge = np.r_[0.0, np.full(p - 1, RIDGE * w.sum())]
                normal = x.T @ np.diag(w) @ x + np.diag(target.penalty + ridge)
                beta = np.linalg.solve(normal, x.T @ (w * y))
                rest = (w * y * y).sum() - beta @ normal @ beta
                sigma = np.sqrt(max(rest, 0) / (2 * gamma[r]))
                root = np.linalg.inv(np.linalg.cholesky(normal))
                fitted[r], wanted[r] = x @ beta, x @ (beta + sigma * root.T @ noise[r])
            fill(t, target, fitted, wanted, rng.random(len(holes[t])))
    return values


@pytest.fixture
def arm():
    """30 people: a constant, two covariates, cost and effect, the last two with holes."""
    rng = np.random.default_rng(6)
    values = rng.standard_normal((5, 30))
    values[0] = 1.0
    values[3] += values[1]
    values[4] += values[2] - 0.5 * values[3]
    known = rng.random((2, 30)) > 0.3
    columns = np.arange(3)
    targets = tuple(
        Target(at, one(at), np.append(columns, other), np.zeros(4))
        for at, other in ((3, 4), (4, 3))
    )
    return values, known, targets


def blown_up(arm, copies):
    values, known, targets = arm
    part = values[:, copies.person].transpose(1, 0, 2)
    return part, known[:, copies.person].transpose(1, 0, 2), copies.weight, targets


@pytest.mark.parametrize("kind", ["people", "clusters", "bayesian"])
def test_a_plain_loop_gives_the_same_numbers(arm, kind):
    sizes = np.full(6, 5) if kind == "clusters" else np.ones(30, dtype=int)
    copies = draw_copies(sizes, 4, np.random.default_rng(2), bayesian=kind == "bayesian")
    data = blown_up(arm, copies)
    made = chained(*data, np.random.default_rng(3), cycles=3)
    twin = loop(*data, np.random.default_rng(3), 3, 5)
    inside = data[2][:, None] > 0
    np.testing.assert_allclose(np.where(inside, made, 0), np.where(inside, twin, 0), atol=1e-12)


def test_the_same_loop_with_residuals_of_donors(arm):
    values, known, weights, targets = blown_up(arm, everyone(30, 3))
    targets = tuple(target._replace(residual=True, least=-0.5, most=1.0) for target in targets)
    made = chained(values, known, weights, targets, np.random.default_rng(3), cycles=3)
    twin = loop(values, known, weights, targets, np.random.default_rng(3), 3, 5)
    np.testing.assert_allclose(made, twin, atol=1e-12)


def test_what_is_known_stays_and_what_is_not_comes_from_a_donor(arm):
    data = blown_up(arm, everyone(30, 20))
    made = chained(*data, np.random.default_rng(3))
    for t, column in enumerate((3, 4)):
        known = data[1][:, t]
        np.testing.assert_array_equal(made[:, column][known], data[0][:, column][known])
        assert np.isin(made[:, column], data[0][:, column][known]).all()


def test_holes_may_hold_anything(arm):
    values, known, weights, targets = blown_up(arm, everyone(30, 3))
    other = values.copy()
    for t, column in enumerate((3, 4)):
        other[:, column] = np.where(known[:, t], values[:, column], 1e6)
    one_way = chained(values, known, weights, targets, np.random.default_rng(1))
    np.testing.assert_array_equal(
        one_way, chained(other, known, weights, targets, np.random.default_rng(1))
    )


def test_fewer_donors_than_k_are_all_used():
    score = np.array([[0.0, 5.0, 9.0]])
    weights = np.array([[1.0, 1.0, 0.0]])
    uniform = np.linspace(0, 0.999, 50)
    zero = np.zeros(50, dtype=int)
    made = draw_donors(score, weights, zero, np.full(50, 9.0), uniform, 5)
    assert set(made.tolist()) == {0, 1}


def test_everybody_who_ties_is_a_donor():
    score = np.r_[np.zeros(20), np.ones(20)][None]
    uniform = np.linspace(0, 0.999, 400)
    zero = np.zeros(400, dtype=int)
    made = draw_donors(score, np.ones((1, 40)), zero, np.full(400, 0.1), uniform, 5)
    assert np.bincount(made, minlength=40).tolist() == [20] * 20 + [0] * 20


def test_a_constant_variable_stays_constant(arm):
    values, known, weights, targets = blown_up(arm, everyone(30, 5))
    values[:, 3] = 2.0
    made = chained(values, known, weights, targets, np.random.default_rng(1))
    assert (made[:, 3] == 2.0).all()


def test_collinear_regressors_do_no_harm(arm):
    values, known, weights, targets = blown_up(arm, everyone(30, 5))
    values[:, 2] = values[:, 1]
    assert np.isfinite(chained(values, known, weights, targets, np.random.default_rng(1))).all()


def test_drawn_clusters_stay_whole():
    made = draw_copies(np.array([2, 3, 1]), 200, np.random.default_rng(4))
    counts = np.stack(
        [np.bincount(p[w > 0], minlength=6) for p, w in zip(made.person, made.weight, strict=True)]
    )
    assert (counts[:, 0] == counts[:, 1]).all()
    assert (counts[:, 2] == counts[:, 3]).all()
    assert (counts[:, [0, 2, 5]].sum(axis=1) == 3).all()
