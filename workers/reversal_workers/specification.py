"""Reads JSON into frozen dataclasses, strictly: an unknown key, a missing one or a value of another type is refused."""

import dataclasses
import difflib
import json
import math
import types
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from reversal_workers.contract import SpecError

T = TypeVar("T")


def read_file(cls: type[T], path: Path) -> T:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: cannot be read: {error}") from error
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        raise SpecError(f"{path}: is no JSON: {error}") from error
    try:
        return read(cls, value)
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error


def read(cls: type[T], value: Any, where: str = "") -> T:
    """`value` as a dataclass; `where` is its place in the specification, for messages."""
    if not isinstance(value, dict):
        raise SpecError(f"{where or 'the specification'} is {_kind(value)}; give an object")
    hints = get_type_hints(cls)
    names = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
    for key in value:
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
            hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(names)}"
            raise SpecError(f"'{_join(where, key)}' is unknown; {hint}")
    found = {key: _value(hints[key], item, _join(where, key)) for key, item in value.items()}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if field.name not in found and not has_default:
            raise SpecError(f"'{_join(where, field.name)}' is missing")
    try:
        return cls(**found)
    except SpecError as error:
        raise SpecError(f"{where}: {error}" if where else str(error)) from error


def require(holds: bool, message: str) -> None:
    if not holds:
        raise SpecError(message)


def _value(kind: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _value(inner, value, where)
    if origin is Literal:
        if value not in arguments or isinstance(value, bool):
            raise SpecError(f"'{where}' is {_kind(value)}; give one of {', '.join(map(repr, arguments))}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise SpecError(f"'{where}' is {_kind(value)}; give a list")
        return tuple(_value(arguments[0], item, f"{where}[{index}]") for index, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise SpecError(f"'{where}' is {_kind(value)}; give an object")
        return value
    if dataclasses.is_dataclass(kind):
        return read(kind, value, where)  # type: ignore[arg-type]
    if kind is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if type(value) is kind:  # bool is no int here
        return value
    raise SpecError(f"'{where}' is {_kind(value)}; give {_NAMES.get(kind, str(kind))}")


_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _kind(value: Any) -> str:
    return json.dumps(value)[:60]


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _no_constant(constant: str) -> float:
    raise ValueError(f"{constant} is no number")
