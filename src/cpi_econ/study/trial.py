"""`Trial`: the raw tables of a study, read and checked together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pandas as pd

from cpi_econ.errors import DataError, Finding, raise_all
from cpi_econ.identifiers import repeated
from cpi_econ.study.clusters import check_clusters, moves
from cpi_econ.study.code_checks import unused_codes
from cpi_econ.study.columns import missing_codes, need_columns, tokens
from cpi_econ.study.config import DataFile, Study
from cpi_econ.study.cost_files import read_costs, read_delivery, read_taken
from cpi_econ.study.cost_plan import Costs
from cpi_econ.study.data_files import DataFiles
from cpi_econ.study.dates import dates, recorded_dead, visit_times
from cpi_econ.study.effect_files import read_effects, read_utilities
from cpi_econ.study.finished_values import FinishedCosts
from cpi_econ.study.form_dates import form_dates
from cpi_econ.study.kept import Kept, settings_of
from cpi_econ.study.medicines import MedicinesTaken
from cpi_econ.study.participants import read_participants
from cpi_econ.study.responses import read_responses
from cpi_econ.study.service_use import read_service_use
from cpi_econ.study.unnamed_clusters import unnamed_clusters
from cpi_econ.study.waves import Waves, check_visits, waves

_Told = TypeVar("_Told")
_OF_PARTICIPANTS = ("data", "times", "arms", "adjust", "weights", "exposure", "subgroups")


@dataclass(frozen=True)
class Trial:
    """The tables of a study as the rooms take them.

    Parameters
    ----------
    participants : DataFrame
        One row a participant: ``participant``, ``arm``, ``cluster``, covariates.
    service_use : DataFrame
        ``participant, time, item, service, quantity, unit, minutes, used``.
    responses : DataFrame
        ``participant, time, effect, instrument, item, level``.
    utilities : mapping of str to DataFrame
        For each effect given as utilities: ``participant, time, utility``.
    effects : mapping of str to Series
        For each effect given as one finished value: that value by participant.
    costs : FinishedCosts or None
        Finished costs, where the study gives them.
    delivery : DataFrame or None
        Delivery cost of the intervention as the agencies returned it.
    findings : tuple of Finding
        Warnings and notes of reading.
    medicines : MedicinesTaken or None
        Medicines as listed, where the study prices them.
    form_dates : DataFrame or None
        Dates of the service-use forms, where the study names a column of dates.
    visit_times : DataFrame or None
        Actual times ``participant, time, years`` of the visits, where the study names a column
        of dates.
    dead : Series or None
        Whether a participant is recorded as dead, with or without a date.
    unread : tuple of str
        Columns of a large participants file that were left unread.
    """

    participants: pd.DataFrame
    service_use: pd.DataFrame
    responses: pd.DataFrame
    utilities: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    effects: Mapping[str, pd.Series] = field(default_factory=dict)
    costs: FinishedCosts | None = None
    delivery: pd.DataFrame | None = None
    findings: tuple[Finding, ...] = ()
    medicines: MedicinesTaken | None = None
    form_dates: pd.DataFrame | None = None
    visit_times: pd.DataFrame | None = None
    dead: pd.Series | None = None
    unread: tuple[str, ...] = ()


def read_trial(study: Study) -> Trial:
    """Tables of a study, or one error that lists every problem of its files.

    Parameters
    ----------
    study : Study
        From `read_study`.

    Raises
    ------
    DataError
        Each problem with file, row, column, value and remedy.
    """
    trial, findings = collect_trial(study)
    raise_all(findings, DataError)
    return trial


def collect_trial(study: Study, kept: Kept | None = None) -> tuple[Trial, list[Finding]]:
    """Tables of a study as far as they can be read, and all findings, errors among them.

    Parameters
    ----------
    study : Study
    kept : Kept, optional
        What other plans of the same analysis have read.
    """
    reader = _Reader(study, kept or Kept())
    participants = reader.participants()
    people = participants["participant"]
    trial = Trial(
        participants,
        reader.service_use(people),
        reader.responses(people),
        reader.utilities(people),
        reader.effects(people),
        reader.costs(people),
        reader.delivery(),
        medicines=reader.medicines(people),
        form_dates=reader.form_dates(),
        visit_times=reader.visit_times(),
        dead=recorded_dead(participants),
        unread=reader.unread(),
    )
    reader.moves(participants)
    reader.unused_codes()
    return replace(trial, findings=tuple(reader.findings)), reader.findings


class _Reader:
    """Reads each file once and gathers the findings of all of them."""

    def __init__(self, study: Study, kept: Kept) -> None:
        self.study, self.kept = study, kept
        self.findings: list[Finding] = []
        self.file = DataFiles(study, self.kept, self.findings)
        self._visits: dict[str, list[Waves]] = {}
        self._dates: list[str | None] = []
        self._people = pd.Series(dtype="str")

    def participants(self) -> pd.DataFrame:
        raw = self.file(self.study.data.participants)
        if raw is None:
            return pd.DataFrame({"participant": pd.Series(dtype="str")})
        frame, found = self.kept.made(
            ("participants", *settings_of(self.study, *_OF_PARTICIPANTS)),
            lambda: read_participants(self.study, raw),
        )
        self._people = frame["participant"]
        self.findings += found
        if "arm" in frame:
            self.findings += check_clusters(self.study, frame)
            self.findings += unnamed_clusters(self.study, frame)
        twice = repeated(frame["participant"])
        return frame[~twice] if twice.any() else frame

    def unread(self) -> tuple[str, ...]:
        raw = self.file(self.study.data.participants)
        return () if raw is None else raw.unread

    def visits(self, spec: DataFile | Costs, *, quiet: bool = False) -> Waves | None:
        """Visits of one file; ``quiet`` for a file that need not hold visits at all."""
        raw = self.file(spec)
        if raw is None or spec.id is None:
            return None
        data = self.study.data
        if quiet and spec.time is None and not (spec.suffixes or data.suffixes):
            return None
        suffixes = None if spec.time is not None else spec.suffixes or data.suffixes
        result, found = waves(
            raw,
            id=spec.id,
            time=spec.time,
            time_codes=spec.time_codes or data.time_codes,
            suffixes=suffixes,
            times=self.study.times,
        )
        if result is not None and len(self._people):
            found = found + check_visits(result, self._people)
        self.findings += [one for one in found if one not in self.findings]
        return result

    def service_use(self, people: pd.Series) -> pd.DataFrame:
        specs = self.study.data.service_use if self.study.costs.items else ()
        files = [file for file in map(self.visits, specs) if file is not None]
        self._visits["service_use"] = files
        readable = len(files) == len(specs)
        frame, found = self.kept.made(
            ("service use", *settings_of(self.study, "data", "times", "costs")),
            lambda: read_service_use(self.study, files if readable else [], people),
        )
        self.findings += found if readable else []
        return frame

    def responses(self, people: pd.Series) -> pd.DataFrame:
        files = self._answer_files()
        frame, found = self.kept.made(
            ("responses", *settings_of(self.study, "data", "times", "effects")),
            lambda: read_responses(self.study, files, people),
        )
        self.findings += found
        return frame

    def _answer_files(self) -> list[Waves]:
        if "responses" not in self._visits:
            specs = self.study.data.responses
            files = [self.visits(spec) for spec in specs]
            if not specs:
                files = [self.visits(self.study.data.participants, quiet=True)]
            self._dates = [spec.date for spec, file in zip(specs, files, strict=False) if file]
            self._visits["responses"] = [file for file in files if file is not None]
        return self._visits["responses"]

    def visit_times(self) -> pd.DataFrame | None:
        files = self._answer_files()
        if not any(self._dates):
            return None
        dated = zip(self._dates, files, strict=True)
        table, found = visit_times(self.study, dated, self._starts())
        self.findings += found
        return table

    def _starts(self) -> pd.Series | None:
        """Date of the first visit by participant; its faults are told with those of deaths."""
        spec = self.study.data.participants
        raw = self.file(spec)
        if raw is None or spec.start is None or need_columns(raw, spec.id, spec.start):
            return None
        codes = missing_codes(self.study.data.missing_codes, spec.start)
        starts, found = dates(raw, spec.start, codes)
        self.findings += [one for one in found if one not in self.findings]
        by_person = starts.set_axis(pd.Index(tokens(raw.frame[spec.id])))
        return by_person[~by_person.index.duplicated()].dropna()

    def unused_codes(self) -> None:
        """Names under ``missing_codes`` can only be judged when every file has been read."""
        data, files = self.study.data, self.file.tables()
        asked = {spec.file for spec in (data.participants, *data.service_use, *data.responses)}
        if asked <= self.file.names() and all(files):
            self.findings += unused_codes(self.study, [file for file in files if file is not None])

    def moves(self, participants: pd.DataFrame) -> None:
        files = [file for group in self._visits.values() for file in group]
        self.findings += moves(self.study, files, participants)

    def _all_visits(self) -> list[Waves]:
        """Questionnaire files, and the participants file where it has visits too."""
        own = self.visits(self.study.data.participants, quiet=True)
        return [*self._answer_files(), *([own] if own is not None else [])]

    def utilities(self, people: pd.Series) -> dict[str, pd.DataFrame]:
        if all(effect.utility is None for effect in self.study.effects.values()):
            return {}
        files = self._all_visits()
        if not files:
            self.visits(self.study.data.participants)
            return {}
        return self.told(read_utilities(self.study, files, people))

    def effects(self, people: pd.Series) -> dict[str, pd.Series]:
        spec = self.study.data.participants
        raw = self.file(spec)
        finished = any(effect.column is not None for effect in self.study.effects.values())
        if not finished or raw is None or need_columns(raw, spec.id):
            return {}
        return self.told(read_effects(self.study, raw, self._all_visits(), people))

    def told(self, read: tuple[_Told, list[Finding]]) -> _Told:
        """What was read, its findings kept."""
        self.findings += read[1]
        return read[0]

    def costs(self, people: pd.Series) -> FinishedCosts | None:
        return self.told(read_costs(self.study, self.file, self.visits, people))

    def delivery(self) -> pd.DataFrame | None:
        return self.told(read_delivery(self.study, self.file))

    def medicines(self, people: pd.Series) -> MedicinesTaken | None:
        forms = self._visits["service_use"]
        return self.told(read_taken(self.study, self.file, forms, people))

    def form_dates(self) -> pd.DataFrame | None:
        specs, files = self.study.data.service_use, self._visits["service_use"]
        readable = len(specs) == len(files)
        return self.told(form_dates(self.study, specs, files)) if readable else None
