"""Chained equations: a plain loop gives the same numbers, and matching takes the nearest."""

import numpy as np
import pytest

from cpi_econ.kernels.chained import RIDGE, Target, chained
from cpi_econ.kernels.copies import draw_copies, everyone
from cpi_econ.kernels.donors import LIFT, TIE, draw_donors


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


def loop(values, known, weights, targets, rng, cycles, k, fit=None):
    """The kernel's twin: one replicate, one recipient at a time, normal equations by hand."""
    values = values.copy()
    base = weights if fit is None else fit
    rows = range(len(values))
    holes = [
        [(r, s) for r in rows for s in np.flatnonzero(~known[r, t] & (weights[r] > 0))]
        for t in range(len(targets))
    ]

    def fill(t, target, fitted, wanted, uniform, first=False):
        taken = []
        for (r, s), u in zip(holes[t], uniform, strict=True):
            donor = matched(fitted[r], base[r] * known[r, t], wanted[r][s], u, k)
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
                max((base[r] * known[r, t]).sum() - (target.penalty == 0).sum(), 1) for r in rows
            ]
            gamma = rng.standard_gamma(np.array(free) / 2)
            noise = rng.standard_normal((len(values), p))
            fitted, wanted = np.zeros_like(weights), np.zeros_like(weights)
            for r in rows:
                w = base[r] * known[r, t]
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


@pytest.mark.parametrize("bayesian", [False, True])
def test_the_same_loop_with_people_imputed_as_if_they_belonged_to_the_others(arm, bayesian):
    copies = draw_copies(np.ones(30, dtype=int), 4, np.random.default_rng(2), bayesian=bayesian)
    data = blown_up(arm, copies)
    fit = np.where(np.arange(30) < 20, data[2], 0.0)
    made = chained(*data, np.random.default_rng(3), cycles=3, fit=fit)
    twin = loop(*data, np.random.default_rng(3), 3, 5, fit)
    np.testing.assert_allclose(made, twin, atol=1e-12)


def test_the_same_loop_with_cluster_terms_and_categories():
    """Three variables: a number, a category with its code and two indicators, and a number."""
    rng = np.random.default_rng(7)
    group = rng.integers(0, 3, 40)
    number = rng.standard_normal((2, 40)) + group
    clusters = (np.arange(40) // 10 == np.arange(4)[:, None]).astype(float)
    indicators = (group == np.array([[1], [2]])).astype(float)
    values = np.concatenate([np.ones((1, 40)), number, indicators, group[None] - 1.0, clusters])
    known = rng.random((3, 40)) > 0.4
    penalty = np.r_[np.zeros(4), np.full(4, 2.5)]
    ends = np.arange(6, 10)
    targets = (
        Target(1, one(1), np.r_[0, 2, 3, 4, ends], penalty),
        Target(5, np.array([3, 4, 5]), np.r_[0, 1, 2, ends], penalty[1:]),
        Target(2, one(2), np.r_[0, 1, 3, 4, ends], penalty, True, -2.0, 3.0),
    )
    sizes = np.full(4, 10)
    data = blown_up((values, known, targets), draw_copies(sizes, 5, np.random.default_rng(2)))
    made = chained(*data, np.random.default_rng(3), cycles=4, k=3)
    np.testing.assert_allclose(made, loop(*data, np.random.default_rng(3), 4, 3), atol=1e-12)


def test_empty_slots_change_nothing(arm):
    values, known, weights, targets = blown_up(arm, everyone(30, 6))
    wider = [np.pad(part, [(0, 0)] * (part.ndim - 1) + [(0, 7)]) for part in (values, known)]
    made = chained(values, known, weights, targets, np.random.default_rng(3))
    other = chained(*wider, np.pad(weights, ((0, 0), (0, 7))), targets, np.random.default_rng(3))
    np.testing.assert_allclose(made, other[:, :, :30], atol=1e-12)


def test_a_replicate_does_not_depend_on_the_others(arm):
    """With one target there is one round: its random numbers can be handed out again."""

    class Same:
        """A source of random numbers that are the same for every replicate."""

        def random(self, size):
            return np.full(size, 0.3)

        def standard_gamma(self, shape):
            return shape

        def standard_normal(self, size):
            return np.full(size, 0.2)

    values, known, weights, targets = blown_up(
        arm, draw_copies(np.full(6, 5), 8, np.random.default_rng(2))
    )
    together = chained(values, known, weights, targets, Same())
    alone = [chained(values[[r]], known[[r]], weights[[r]], targets, Same()) for r in range(8)]
    np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-12)


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


@pytest.mark.parametrize("spread", ["continuous", "few values", "wide", "none"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [1, 2, 5, 12])
def test_donors_by_sorting_everybody_by_distance(spread, weighted, k):
    """Replicates of one to a dozen donors, some slots empty, recipients in any order."""
    rng = np.random.default_rng(9)
    score = rng.standard_normal((40, 12)) * {"wide": 4 * LIFT, "none": 0.0}.get(spread, 1.0)
    score = score.round() if spread == "few values" else score
    weights = rng.random((40, 12)) if weighted else np.ones((40, 12))
    weights *= rng.random((40, 12)) < rng.random((40, 1))
    weights[:, 5] = np.maximum(weights[:, 5], 0.1 if weighted else 1.0)
    replicate = rng.integers(0, 40, 300)
    target, uniform = 1.7 * rng.standard_normal(300), rng.random(300)
    made = draw_donors(score, weights, replicate, target, uniform, k)
    twin = [
        matched(score[r], weights[r], t, u, k)
        for r, t, u in zip(replicate, target, uniform, strict=True)
    ]
    assert made.tolist() == twin


def test_equal_scores_tie_among_a_million_people():
    score = np.full((1, 2**20), 0.3)
    weights = np.zeros(score.shape)
    weights[0, [0, -1]] = 1.0
    made = draw_donors(
        score, weights, np.zeros(2, dtype=int), np.ones(2), np.array([0.2, 0.7]), k=1
    )
    assert made.tolist() == [0, 2**20 - 1]


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
