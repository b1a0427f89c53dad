"""CR2 and its degrees of freedom against matrices written out, closed forms and statsmodels."""

import numpy as np
import pytest

from cpi_econ.kernels.bias_reduced import cr2_covariance, satterthwaite_df


@pytest.fixture
def data():
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(8), [3, 5, 2, 6, 4, 4, 7, 1])
    high = (clusters < 3).astype(float)
    columns = [high, 1 - high, rng.normal(size=32), rng.gamma(1, 2, 32), rng.normal(size=32)]
    return np.column_stack(columns), clusters


def written_out(x, clusters):
    """Full matrices I - H, and A_g by its definition."""
    linalg = pytest.importorskip("scipy.linalg")
    rest = np.eye(len(x)) - x @ np.linalg.inv(x.T @ x) @ x.T
    roots = []
    for group in range(clusters.max() + 1):
        inside = np.flatnonzero(clusters == group)
        half = np.linalg.inv(linalg.sqrtm(rest[np.ix_(inside, inside)]).real)
        roots.append((inside, half))
    return rest, roots


def test_equals_the_definition(data):
    columns, clusters = data
    equations = (np.array([0, 1, 2]), np.array([0, 1]))
    sides = []
    for number, members in enumerate(equations):
        x = columns[:, members]
        rest, roots = written_out(x, clusters)
        residuals = rest @ columns[:, 3 + number]
        bread = np.linalg.inv(x.T @ x)
        sides.append([bread @ x[i].T @ a @ residuals[i] for i, a in roots])
    stacked = np.concatenate([np.array(side) for side in sides], axis=1)
    expected = sum(np.outer(row, row) for row in stacked)
    np.testing.assert_allclose(cr2_covariance(columns, equations, clusters), expected, rtol=1e-9)


def test_degrees_of_freedom_equal_the_definition(data):
    columns, clusters = data
    x, contrast = columns[:, :3], np.array([1.0, -1.0, 0.0])
    rest, roots = written_out(x, clusters)
    bread = np.linalg.inv(x.T @ x)
    g = np.column_stack([rest[:, i] @ a @ x[i] @ bread @ contrast for i, a in roots])
    eigenvalues = np.linalg.eigvalsh(g.T @ g)
    expected = eigenvalues.sum() ** 2 / (eigenvalues**2).sum()
    assert satterthwaite_df(x, clusters, contrast) == pytest.approx(expected)


def test_of_persons_it_is_hc2(data):
    sm = pytest.importorskip("statsmodels.api")
    columns = data[0]
    fitted = sm.OLS(columns[:, 3], columns[:, :3]).fit(cov_type="HC2")
    found = cr2_covariance(columns[:, :4], [np.arange(3)], np.arange(32))
    np.testing.assert_allclose(found, fitted.cov_params(), rtol=1e-9)


def test_of_two_samples_it_is_bell_and_mccaffreys_closed_form():
    sizes = np.array([4, 12])
    arms = np.repeat(np.eye(2), sizes, axis=0)
    one, two = sizes
    top = (one + two) ** 2 * (one - 1) * (two - 1)
    expected = top / (two**2 * (two - 1) + one**2 * (one - 1))
    found = satterthwaite_df(arms, np.arange(16), np.array([1.0, -1.0]))
    assert found == pytest.approx(expected)


def test_of_equal_clusters_it_is_the_variance_of_their_means():
    rng = np.random.default_rng(6)
    clusters = np.repeat(np.arange(16), 5)
    arms = np.stack([clusters < 4, clusters >= 4], axis=1).astype(float)
    values = rng.normal(size=80) + rng.normal(size=16)[clusters]
    found = cr2_covariance(np.column_stack([arms, values]), [np.arange(2)], clusters)
    means = values.reshape(16, 5).mean(axis=1)
    expected = [means[:4].var(ddof=1) / 4, means[4:].var(ddof=1) / 12]
    np.testing.assert_allclose(np.diag(found), expected)


def test_labels_and_rows_do_not_matter(data):
    columns, clusters = data
    order = np.random.default_rng(1).permutation(32)
    equations = (np.array([0, 1, 2]), np.array([0, 1, 2]))
    one = cr2_covariance(columns, equations, clusters)
    two = cr2_covariance(columns[order], equations, (7 - clusters)[order])
    np.testing.assert_allclose(one, two, rtol=1e-9)
