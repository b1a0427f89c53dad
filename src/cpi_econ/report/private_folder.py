"""The analyst's private folder: what names participants, kept out of the results folder."""

from __future__ import annotations

from pathlib import Path

from cpi_econ.costs.ledger import ledger
from cpi_econ.errors import DataError, Where, stop
from cpi_econ.result.answer import CEAResult
from cpi_econ.result.files import staged
from cpi_econ.result.tables import write_tables


def check_private(folder: Path, results: Path) -> None:
    """Refuse a private folder that is, holds or lies inside the results folder.

    Parameters
    ----------
    folder, results : Path
        Private folder and results folder; neither need exist.

    Raises
    ------
    DataError
        ``E021`` the one is the other, or inside it.

    Examples
    --------
    >>> check_private(Path("private"), Path("results"))
    """
    private, shared = folder.resolve(), results.resolve()
    if private == shared or shared in private.parents or private in shared.parents:
        message = (
            "the private folder names participants and the results folder is for sharing; choose "
            "a folder that neither holds the other nor lies inside it."
        )
        stop(DataError, "E021", message, Where(folder.name or str(folder)))


def write_private(result: CEAResult, folder: Path, currency: str) -> list[Path]:
    """Write ``ledger.csv``, every pound as a line, and ``outcomes.csv``, a row a participant.

    Parameters
    ----------
    result : CEAResult
        From `evaluate`; a result that was loaded holds nothing about participants.
    folder : Path
        Made when absent.
    currency : str
        Written on each line of the ledger.

    Returns
    -------
    list of Path
        Files written; no ledger where costs came as finished values.
    """
    frames = {}
    if result.lines is not None:
        frames["ledger"] = ledger(result.lines, currency)
    if result.outcomes is not None:
        frames["outcomes"] = result.outcomes
    with staged(folder) as stage:
        write_tables(frames, stage)
    return [folder / f"{name}.csv" for name in frames]
