"""Where the value sets, unit costs and bundled examples lie."""

from __future__ import annotations

from pathlib import Path


def data_root() -> Path:
    """Folder that holds ``tariffs``, ``unit_costs`` and ``examples``.

    A wheel carries them inside the package; a checkout or an editable install
    finds them at the top of the repository.

    Examples
    --------
    >>> (data_root() / "tariffs").is_dir()
    True
    """
    package = Path(__file__).resolve().parent
    bundled = package / "_data"
    return bundled if bundled.is_dir() else package.parent.parent
