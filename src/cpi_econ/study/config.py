"""The study file as frozen values: `Study` and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, field_validator

from cpi_econ.study.cost_plan import Costs
from cpi_econ.study.parts import Code, Codes, Decimal, Names, Part, as_tuple
from cpi_econ.study.quantities import PerYear, PriceYear, Share, Years
from cpi_econ.study.report_words import TextSlot
from cpi_econ.study.research import ResearchPlan
from cpi_econ.study.sensitivity import Sensitivity


class Arm(Part):
    """One arm: its label, and the codes, or the band of a score, that stand for it in the data."""

    label: str | None = None
    code: Codes | None = None
    from_: float | None = Field(default=None, alias="from")
    below: float | None = None


class DataFile(Part):
    """A data file, long (``time``) or wide (``suffixes``)."""

    file: str
    id: str
    sheet: str | int | None = None
    encoding: str | None = None
    decimal: Decimal = "."
    time: str | None = None
    time_codes: dict[Code, str] | None = None
    suffixes: dict[str, str] | None = None


class ParticipantsFile(DataFile):
    """The file of participants: arm, cluster and covariates."""

    arm: str
    cluster: str | None = None
    died: str | None = None
    start: str | None = None


class ServiceUseFile(DataFile):
    """The file of service use: quantities asked for a recall window."""

    recall: Years | None = None
    scale: Literal["linear", "interpolate", "none"] | None = None
    date: str | None = None
    recall_days: str | None = None


class ResponsesFile(DataFile):
    """The file of questionnaire answers."""

    date: str | None = None


def _as_files(value: Any) -> Any:
    return (value,) if isinstance(value, Mapping) else value


class Data(Part):
    """All data files, and the codes that mean missing."""

    participants: ParticipantsFile
    service_use: Annotated[tuple[ServiceUseFile, ...], BeforeValidator(_as_files)] = ()
    responses: Annotated[tuple[ResponsesFile, ...], BeforeValidator(_as_files)] = ()
    missing_codes: dict[str, Codes] = Field(default_factory=dict)
    time_codes: dict[Code, str] | None = None
    suffixes: dict[str, str] | None = None


class Wtp(Part):
    """Grid of willingness to pay, and the values reported in words."""

    from_: float = Field(default=0.0, alias="from", ge=0)
    to: float = Field(default=50_000.0, gt=0)
    step: float = Field(default=500.0, gt=0)
    report: Annotated[tuple[float, ...], BeforeValidator(as_tuple)] = (20_000.0, 30_000.0)


class Effect(Part):
    """One outcome: answers with a value set, finished utilities, or a finished value."""

    instrument: str | None = None
    value_set: str | None = None
    mapping: str | None = None
    columns: dict[str, str] | None = None
    codes: dict[Code, int] | None = None
    summary: Literal["years_of_full_capability", "years_of_sufficient_capability"] | None = None
    utility: str | None = None
    column: str | None = None
    time: str | None = None
    unit: str | None = None
    wtp: Wtp | None = None


class Missing(Part):
    """What is done about missing data."""

    method: Literal["impute", "complete_cases", "available_cases", "inverse_probability"]
    order: Literal["impute_in_bootstrap", "bootstrap_in_imputation", "rubin"] | None = None
    imputations: int | None = Field(default=None, ge=1)
    predictors: Names = ()
    level: Literal["visits", "totals"] = "visits"
    matching: Literal["donors", "residuals"] = "donors"
    delta: dict[str, dict[str, str | float]] = Field(default_factory=dict)
    assumption: Literal["jump_to_reference", "copy_reference", "last_mean"] | None = None


class Adjust(Part):
    """Regression adjustment of the arm means."""

    model: Literal["none", "ols", "sur", "glm", "mixed"] = "sur"
    cost: Names = ()
    effect: Names = ()
    categorical: Names = ()
    family: Literal["gamma", "poisson", "two_part", "gaussian"] = "gamma"
    link: Literal["log", "identity"] = "log"
    changes: dict[Literal["cost", "effect"], Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict
    )


class Weights(Part):
    """Propensity weights."""

    method: Literal["none", "iptw", "overlap", "aipw"] = "none"
    estimand: Literal["ATE", "ATT", "ATC"] | None = None
    covariates: Names = ()
    trim: Share | None = None
    truncate: Share | None = None
    stabilised: bool = False


class Exposure(Part):
    """A score whose degree is of interest, such as fidelity, in place of arms."""

    column: str
    at: Annotated[tuple[float, ...], BeforeValidator(as_tuple)] = Field(min_length=2)
    reference: float | None = None
    covariates: Names = Field(min_length=1)
    truncate: Share = 0.99


class Uncertainty(Part):
    """Resampling and intervals."""

    resample: Literal["individuals", "clusters", "two_stage", "bayesian", "none"] | None = None
    replicates: int = Field(default=5000, ge=100, le=10_000_000)
    seed: int = Field(default=1, ge=0, le=2**63 - 1)
    interval: Literal["t", "cr2", "percentile", "bca", "studentised", "normal"] | None = None
    errors: Literal["CR1", "CR2"] = "CR1"
    level: Share = 0.95
    no_clusters: str | None = Field(default=None, min_length=1)

    @field_validator("level")
    @classmethod
    def _inside(cls, level: float) -> float:
        if not 0.5 <= level < 1:
            raise ValueError(f"a level of {level:.0%} is no interval; write for example 95%.")
        return level


class Discount(Part):
    """Yearly discount rates."""

    costs: Share = 0.0
    effects: Share = 0.0


class Population(Part):
    """People whose decision rests on this study, for value of information."""

    size: PerYear
    years: float = Field(gt=0)
    discount: Share = 0.0


class Report(Part):
    """Choices for what is shared, and the author's words."""

    small_numbers: Literal["mask", "show"] = "mask"
    text: dict[TextSlot, str] = Field(default_factory=dict)
    not_applicable: dict[TextSlot, str] = Field(default_factory=dict)
    departures: Names = ()
    blind: bool = False
    plan_hash: str | None = None


EquityWeight = Annotated[float, Field(ge=0)]


def _as_arms(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return {str(name): {} for name in value}
    if isinstance(value, Mapping):
        return {
            str(name): {"label": arm} if isinstance(arm, str) else arm or {}
            for name, arm in value.items()
        }
    return value


class Study(Part):
    """A study file, checked and frozen.

    Made by `read_study`; every part has the name that it has in the file. Times are in years.
    """

    title: str = ""
    design: Literal["randomised", "non-randomised"] = "non-randomised"
    perspective: Names = ()
    currency: str
    price_year: PriceYear | None = None
    horizon: Years | None = None
    discount: Discount = Discount()
    arms: Annotated[dict[str, Arm], BeforeValidator(_as_arms)]
    reference: str
    times: dict[str, Years] = Field(default_factory=dict)
    data: Data
    costs: Costs
    effects: dict[str, Effect]
    missing: Missing | None = None
    adjust: Adjust = Adjust(model="none")
    weights: Weights = Weights()
    exposure: Exposure | None = None
    uncertainty: Uncertainty = Uncertainty()
    wtp: Wtp = Wtp()
    population: Population | None = None
    next_study: ResearchPlan | None = None
    sensitivity: Sensitivity | None = None
    subgroups: Names = ()
    equity_weights: dict[str, dict[str, EquityWeight]] = Field(default_factory=dict)
    report: Report = Report()
    scenarios: dict[str, dict[str, Any]] = Field(default_factory=dict)

    _path: Path = PrivateAttr(default=Path("study.yaml"))
    _raw: dict[str, Any] = PrivateAttr(default_factory=dict)
    _overrides: dict[str, Any] = PrivateAttr(default_factory=dict)
    _lines: dict[tuple[Any, ...], int] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any, /) -> None:
        """Keep the file's path, plain content and line numbers beside the values."""
        if context:
            self._path, self._lines = context["path"], context["lines"]
            self._raw, self._overrides = context["raw"], context["overrides"]

    def for_effect(self, name: str) -> Study:
        """Study with the willingness to pay of one effect: its own, or that of the study."""
        own = self.effects[name].wtp
        return self if own is None else self.model_copy(update={"wtp": own})

    @property
    def path(self) -> Path:
        """Path of the study file."""
        return self._path

    @property
    def folder(self) -> Path:
        """Folder that the paths in the file are relative to."""
        return self._path.parent

    @property
    def raw(self) -> dict[str, Any]:
        """Content of the file as plain values, overrides included."""
        return self._raw

    @property
    def overrides(self) -> dict[str, Any]:
        """Keys laid over the file, as by ``--set``."""
        return self._overrides

    @property
    def primary(self) -> str:
        """Name of the primary effect: the first one in the file."""
        return next(iter(self.effects))

    @property
    def labels(self) -> dict[str, str]:
        """Label of every arm."""
        return {name: arm.label or name for name, arm in self.arms.items()}

    def line(self, *keys: Any) -> int | None:
        """Line of the study file that holds ``keys``, or of the nearest key above."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self._lines:
                return self._lines[keys[:length]]
        return None
