"""What every part of the study file is made of: frozen values, lists of names, lists of codes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Code = int | float | str | bool
Decimal = Literal[".", ","]


def as_tuple(value: Any) -> Any:
    """One value or several, as several.

    Examples
    --------
    >>> as_tuple("NHS"), as_tuple(["NHS", "PSS"])
    (('NHS',), ['NHS', 'PSS'])
    """
    return value if isinstance(value, (list, tuple)) else (value,)


Codes = Annotated[tuple[Code, ...], BeforeValidator(as_tuple)]
Names = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]


def column_or_number(value: Any) -> Any:
    """Name of a column, or one number for all.

    Raises
    ------
    ValueError
        Anything else.

    Examples
    --------
    >>> column_or_number("minutes"), column_or_number(20)
    ('minutes', 20)
    """
    if value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool)):
        return value
    raise ValueError(f"{value} is neither the name of a column nor one number for all.")


ColumnOrNumber = Annotated[str | float | None, BeforeValidator(column_or_number)]


class Part(BaseModel):
    """A part of the study file: frozen, and unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, populate_by_name=False
    )
