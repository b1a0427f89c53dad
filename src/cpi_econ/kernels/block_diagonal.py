"""Matrices side by side on one diagonal."""

from __future__ import annotations

import numpy as np

from cpi_econ.kernels.resample import FloatArray


def block_diag(*blocks: FloatArray) -> FloatArray:
    """Matrix with the blocks along its diagonal and 0 elsewhere.

    Parameters
    ----------
    *blocks : array, shape (rows, columns)

    Notes
    -----
    As ``scipy.linalg.block_diag``, without the time it takes to load all of ``scipy.linalg``.

    Examples
    --------
    >>> block_diag(np.eye(1), np.full((1, 2), 3.0)).tolist()
    [[1.0, 0.0, 0.0], [0.0, 3.0, 3.0]]
    """
    ends = np.cumsum([block.shape for block in blocks], axis=0)
    whole = np.zeros(ends[-1])
    for block, (rows, columns) in zip(blocks, ends, strict=True):
        whole[rows - block.shape[0] : rows, columns - block.shape[1] : columns] = block
    return whole
