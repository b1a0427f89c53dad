"""Where a result comes from: file hashes, versions, time."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "scipy", "pandas", "xarray", "pydantic", "matplotlib")


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "empty.csv"
    ...     _ = path.write_bytes(b"")
    ...     sha256(path)[:8]
    'e3b0c442'
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def hashes(paths: Iterable[Path], folder: Path) -> dict[str, str]:
    """Hash of each file by its path relative to ``folder``, sorted."""
    found = {}
    for path in paths:
        name = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
        found[name.as_posix()] = sha256(path)
    return dict(sorted(found.items()))


def versions() -> dict[str, str]:
    """Versions of the packages that the numbers depend on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def python_version() -> str:
    """Version of the interpreter."""
    return platform.python_version()


def now() -> str:
    """Present time, ISO 8601, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()
