"""CR2 of two stacked equations against dense matrices, and against least squares."""

import numpy as np
import pytest

from cpi_econ.kernels.bias_reduced import cr2_covariance, satterthwaite_df
from cpi_econ.kernels.leastsq import cross_products
from cpi_econ.kernels.sandwich import Sandwich, cr2_sandwich, side_by_side
from cpi_econ.kernels.sur import sur

OTHER = (np.array([0, 1, 2]), np.array([0, 1, 3]))
ALIKE = (np.array([0, 1, 2, 3]), np.array([0, 1, 2, 3]))


@pytest.fixture
def data():
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(8), [3, 5, 2, 6, 4, 4, 7, 1])
    high = (clusters < 3).astype(float)
    shared = rng.normal(size=8)[clusters]
    cost = rng.gamma(1, 2, 32) + shared
    effect = rng.normal(size=32) - 0.5 * cost + shared
    covariates = rng.normal(size=(32, 2))
    return np.column_stack([high, 1 - high, covariates, cost, effect]), clusters


def root_of(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**-0.5) @ vectors.T


def dense(columns, equations, clusters, *, joint):
    """Everything by matrices of all rows: one loop over clusters, no shortcut."""
    n, k = len(columns), [len(part) for part in equations]
    stacked = np.zeros((2 * n, sum(k)))
    stacked[:n, : k[0]] = columns[:, equations[0]]
    stacked[n:, k[0] :] = columns[:, equations[1]]
    y = np.r_[columns[:, -2], columns[:, -1]]
    first = [
        columns[:, -2 + a] - columns[:, part] @ np.linalg.lstsq(columns[:, part], y_a)[0]
        for a, (part, y_a) in enumerate(zip(equations, (y[:n], y[n:]), strict=True))
    ]
    sigma = np.array([[a @ b for b in first] for a in first]) / n
    if not joint:
        sigma = np.diag(np.diag(sigma))
    white = np.kron(np.linalg.inv(np.linalg.cholesky(sigma)), np.eye(n))
    x, y = white @ stacked, white @ y
    bread = np.linalg.inv(x.T @ x)
    rest = np.eye(2 * n) - x @ bread @ x.T
    groups = np.r_[clusters, clusters]
    arms = np.r_[0, 1, k[0], k[0] + 1]
    totals, forms = [], []
    for group in range(clusters.max() + 1):
        inside = np.flatnonzero(groups == group)
        weight = root_of(rest[np.ix_(inside, inside)]) @ x[inside] @ bread[:, arms]
        totals.append((rest @ y)[inside] @ weight)
        forms.append(rest[:, inside] @ weight)
    covariance = sum(np.outer(total, total) for total in totals)

    def df(contrast):
        g = np.column_stack([form @ contrast for form in forms])
        return np.trace(g.T @ g) ** 2 / ((g.T @ g) ** 2).sum()

    return covariance, df, (bread @ x.T @ y)


CONTRASTS = np.array([[1, -1, 0, 0], [0, 0, 1, -1], [-1, 1, 7.5, -7.5], [1, 0, 0, 0], [3, 1, 2, 5]])


@pytest.mark.parametrize("joint", [True, False])
@pytest.mark.parametrize("equations", [OTHER, ALIKE])
def test_equals_dense_matrices(data, equations, joint):
    columns, clusters = data
    made = cr2_sandwich(columns, equations, clusters, 2, joint=joint)
    covariance, df, _ = dense(columns, equations, clusters, joint=joint)
    np.testing.assert_allclose(made.covariance, covariance, rtol=1e-8)
    for contrast in CONTRASTS:
        assert made.df(contrast) == pytest.approx(df(contrast), rel=1e-8)
        assert made.variance(contrast) == pytest.approx(contrast @ covariance @ contrast)


def test_its_estimate_is_that_of_sur(data):
    columns, clusters = data
    beta = sur(cross_products(np.ones((1, 32)), columns), OTHER)[0][0]
    found = dense(columns, OTHER, clusters, joint=True)[2]
    np.testing.assert_allclose(found, np.r_[beta[OTHER[0], 0], beta[OTHER[1], 1]], rtol=1e-9)


def test_with_equal_covariates_sur_is_cr2_of_least_squares(data):
    columns, clusters = data
    one, two = (cr2_sandwich(columns, ALIKE, clusters, 2, joint=joint) for joint in (True, False))
    full = cr2_covariance(columns, ALIKE, clusters)
    arms = np.array([0, 1, 4, 5])
    for made in (one, two):
        np.testing.assert_allclose(made.covariance, full[np.ix_(arms, arms)], rtol=1e-9)
        for contrast in CONTRASTS[:4]:
            side = contrast[:2] if contrast[:2].any() else contrast[2:]
            expected = satterthwaite_df(columns[:, :4], clusters, np.r_[side, 0.0, 0.0])
            assert made.df(contrast) == pytest.approx(expected)


def test_units_labels_and_rows_do_not_matter(data):
    columns, clusters = data
    order = np.random.default_rng(1).permutation(32)
    pence = columns * np.r_[np.ones(4), 100.0, 1.0]
    one = cr2_sandwich(columns, OTHER, clusters, 2, joint=True)
    two = cr2_sandwich(pence[order], OTHER, (7 - clusters)[order], 2, joint=True)
    back = two.turned(np.diag([0.01, 0.01, 1.0, 1.0]))
    np.testing.assert_allclose(one.covariance, back.covariance, rtol=1e-9)
    for contrast in CONTRASTS:
        assert one.df(contrast) == pytest.approx(back.df(contrast))


def test_turned_it_answers_for_combinations(data):
    columns, clusters = data
    made = cr2_sandwich(columns, OTHER, clusters, 2, joint=True)
    turn = np.array([[-1.0, 1, 0, 0], [0, 0, -1, 1]])
    gaps = made.turned(turn)
    contrast = np.array([-1.0, 20.0])
    assert gaps.df(contrast) == pytest.approx(made.df(contrast @ turn))
    assert gaps.variance(contrast) == pytest.approx(made.variance(contrast @ turn))


def test_independent_data_sets_add_up(data):
    columns, clusters = data
    one = cr2_sandwich(columns, OTHER, clusters, 2, joint=False)
    two = one.turned(2 * np.eye(4))
    both = side_by_side([one, two])
    c = np.array([1.0, -1, 3, -3])
    square = one.variance(c) + 4 * one.variance(c)
    assert both.variance(np.r_[c, -c]) == pytest.approx(square)
    assert both.df(np.r_[c, 0 * c]) == pytest.approx(one.df(c))
    # equal parts have twice the degrees of freedom of each
    assert side_by_side([one, one]).df(np.r_[c, c]) == pytest.approx(2 * one.df(c))


def test_a_contrast_without_variance_has_one_degree_of_freedom():
    none = Sandwich(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2, 2, 2)))
    assert none.df(np.array([1.0, -1.0])) == 1.0


def test_more_clusters_than_are_taken_at_once():
    rng = np.random.default_rng(8)
    clusters = np.arange(1203)
    arms = (clusters % 2).astype(float)
    columns = np.column_stack([arms, 1 - arms, rng.normal(size=(1203, 2))])
    same = (np.array([0, 1]), np.array([0, 1]))
    made = cr2_sandwich(columns, same, clusters, 2, joint=False)
    expected = columns[arms == 1, 2].var(ddof=1) / 601
    assert made.covariance[0, 0] == pytest.approx(expected)
    assert made.df(np.array([1.0, 0, 0, 0])) == pytest.approx(600)
