"""Finished blocks kept on disk, so that an interrupted run can be taken up."""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cpi_econ.errors import EstimationError, Where, stop

if TYPE_CHECKING:
    from hashlib import _Hash

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class KeptBlocks:
    """Blocks of one run in a folder of their own.

    Parameters
    ----------
    folder : Path
        Only the user may read it.
    """

    folder: Path

    def read(self, rows: Sequence[int]) -> dict[int, Any]:
        """Blocks found, by number; one that cannot be read counts as not there."""
        found = {}
        for block, count in enumerate(rows):
            try:
                with (
                    self._path(block, count).open("rb") as stream,
                    np.load(stream, allow_pickle=False) as stored,
                ):
                    found[block] = tuple(stored[name] for name in stored.files)
            except (OSError, ValueError, EOFError, zipfile.BadZipFile):
                continue
        return found

    def write(self, block: int, count: int, arrays: Arrays) -> None:
        """Keep one block; it appears whole or not at all.

        Raises
        ------
        EstimationError
            ``E163`` the folder cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as stream:
                np.savez(stream, *arrays)
            os.replace(stream.name, self._path(block, count))  # noqa: PTH105 - a name, not a Path
        except OSError as error:
            message = f"finished blocks cannot be kept: {error.strerror}. Run without resume."
            stop(EstimationError, "E163", message, Where(self.folder.parent.name))

    def _path(self, block: int, count: int) -> Path:
        return self.folder / f"block-{block}-{count}.npz"


def fingerprint(work: object) -> str:
    """Name of everything that the replicates of a run depend on.

    Parameters
    ----------
    work : object
        A function with all that is bound to it: arrays, options, seed.

    Notes
    -----
    Versions of this package and of numpy and the kind of machine count too, since each may change
    the last bits.

    Examples
    --------
    >>> fingerprint(partial(max, 1)) == fingerprint(partial(max, 1))
    True
    >>> fingerprint(partial(max, np.zeros(2))) == fingerprint(partial(max, np.zeros(3)))
    False
    """
    from cpi_econ import __version__

    digest = hashlib.sha256()
    _add(digest, (__version__, np.__version__, platform.machine(), work))
    return digest.hexdigest()[:24]


def _add(digest: _Hash, value: object) -> None:
    digest.update(f"{type(value).__qualname__}(".encode())
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, partial):
        _add(digest, (value.func, value.args, value.keywords))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            _add(digest, (field.name, getattr(value, field.name)))
    elif isinstance(value, Mapping):
        for item in value.items():
            _add(digest, item)
    elif isinstance(value, tuple | list):
        for item in value:
            _add(digest, item)
    elif value is None or isinstance(value, str | int | float):
        digest.update(repr(value).encode())
    else:
        digest.update(pickle.dumps(value))
    digest.update(b")")
