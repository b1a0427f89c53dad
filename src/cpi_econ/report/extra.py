"""What the extra ``report`` brings, and how to say that it is missing."""

from __future__ import annotations

from importlib.util import find_spec

from cpi_econ.errors import DataError, stop

_PACKAGES = {"jinja2": "jinja2", "docx": "python-docx", "openpyxl": "openpyxl"}


def missing_packages() -> list[str]:
    """Names, as one installs them, of the report's packages that are not installed.

    Examples
    --------
    >>> all(name in ("jinja2", "python-docx", "openpyxl") for name in missing_packages())
    True
    """
    return [name for module, name in _PACKAGES.items() if find_spec(module) is None]


def needs(*modules: str) -> None:
    """Raise ``DataError`` with ``E029`` unless every module is installed.

    Parameters
    ----------
    *modules : str
        ``jinja2``, ``docx`` or ``openpyxl``.
    """
    absent = [_PACKAGES[name] for name in modules if find_spec(name) is None]
    if absent:
        message = (
            f"the report needs {' and '.join(absent)}, which "
            f"{'is' if len(absent) == 1 else 'are'} not installed. Install the extra: python -m "
            'pip install "cpi-econ[report]". The other commands work without it.'
        )
        stop(DataError, "E029", message)
