"""Blocks on a diagonal against scipy's."""

import numpy as np
import pytest
import scipy.linalg

from cpi_econ.kernels.block_diagonal import block_diag


@pytest.mark.parametrize(
    "shapes", [[(1, 1)], [(2, 3), (3, 2)], [(1, 4), (4, 1), (2, 2)], [(2, 0), (1, 1)]]
)
def test_blocks_stand_where_scipy_puts_them(shapes):
    random = np.random.default_rng(8)
    blocks = [random.normal(size=shape) for shape in shapes]
    np.testing.assert_array_equal(block_diag(*blocks), scipy.linalg.block_diag(*blocks))
