"""Field documentation that lives in the pydantic models: unit, range and effect of every key, written once.

The same record makes the model check a value, makes the error message name unit and range, and makes the reference
tables of boards/README.md and docs/profile-reference.md. So they cannot disagree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


class StrictModel(BaseModel):
    """Base of everything read from TOML: no unknown key, no silent conversion ("12" is not 12), no inf or nan."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, validate_default=True)


@dataclass(frozen=True)
class FieldDoc:
    """One key of a file format. path: "motor.stall_ma"; low and high are None where a range has no meaning."""

    path: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    default: str
    effect: str

    def range_text(self) -> str:
        """ "1000 to 4000 Hz", "one of: a, b", or "" """
        if self.low is not None and self.high is not None:
            return f"{plain(self.low)} to {plain(self.high)}{' ' + self.unit if self.unit else ''}"
        return self.kind if self.kind.startswith("one of") else ""


def quantity(unit: str, low: float, high: float, effect: str) -> Any:
    """Annotation for a number: checked to low..high inclusive, documented with its unit ("" for a bare number)."""
    return Field(ge=low, le=high, description=effect, json_schema_extra={"unit": unit, "low": low, "high": high})


def note(effect: str) -> Any:
    """Annotation for anything that is not a number: only documents it."""
    return Field(description=effect)


def plain(value: float) -> str:
    """1400.0 -> "1400": ranges read as a person writes them."""
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def walk(model: type[BaseModel], prefix: str = "") -> Iterator[FieldDoc]:
    """Every leaf key of a model in the order of the source. A list of tables is written `phase[].name`."""
    for name, info in _keys(model).items():
        path = f"{prefix}{name}"
        inner = list(_models_in(info.annotation))
        if not inner:
            yield _document(path, info)
        for part in inner:
            suffix = "[]." if _is_sequence(info.annotation) else "."
            tag = part.model_fields.get("kind") if len(inner) > 1 else None
            variant = f"({get_args(tag.annotation)[0]})" if tag is not None else ""
            yield from walk(part, f"{path}{variant}{suffix}")


def find(model: type[BaseModel], path: Sequence[str | int]) -> FieldDoc | None:
    """The documentation of the key at an error location; list indices and union tags in it are passed over."""
    current: list[type[BaseModel]] = [model]
    found: FieldDoc | None = None
    for step in path:
        if isinstance(step, int):
            continue
        infos = [_keys(part)[step] for part in current if step in _keys(part)]
        if infos:
            found = _document(str(step), infos[0])
            current = [inner for info in infos for inner in _models_in(info.annotation)]
        elif not any(_is_tag(part, step) for part in current):
            return None
    return found


def keys_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys that are allowed in the table at `path` (empty path: the top table)."""
    return list(dict.fromkeys(name for part in _tables_at(model, path) for name in _keys(part)))


def kinds_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The values that `kind` may have in the table at `path`."""
    return [
        str(tag)
        for part in _tables_at(model, path)
        if "kind" in part.model_fields
        for tag in get_args(part.model_fields["kind"].annotation)
    ]


def _tables_at(model: type[BaseModel], path: Sequence[str | int]) -> list[type[BaseModel]]:
    """The models that may stand at `path`: several where a union is and its tag is not in the path."""
    current: list[type[BaseModel]] = [model]
    for step in path:
        infos = [_keys(part)[step] for part in current if isinstance(step, str) and step in _keys(part)]
        if infos:
            current = [inner for info in infos for inner in _models_in(info.annotation)]
        elif isinstance(step, str):
            current = [part for part in current if _is_tag(part, step)]
    return current


def find_key(model: type[BaseModel], path: Sequence[str | int], step: str) -> bool:
    """True when `step` is a key of the table at `path`; False when it is the tag of a union."""
    return step in keys_at(model, path)


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields by the name that stands in the file (`schema` is a method of pydantic's models, hence an alias)."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _document(path: str, info: FieldInfo) -> FieldDoc:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    low, high = extra.get("low"), extra.get("high")
    if info.is_required():
        default = "required"
    elif info.default is None or info.default == ():
        default = "absent"
    else:
        default = str(info.default).lower() if isinstance(info.default, bool) else str(info.get_default())
    return FieldDoc(
        path=path,
        kind=_kind(info.annotation),
        unit=str(extra.get("unit", "")),
        low=float(low) if isinstance(low, int | float) else None,
        high=float(high) if isinstance(high, int | float) else None,
        default=default,
        effect=info.description or "",
    )


def _kind(annotation: Any) -> str:
    """What a person has to type: "whole number", "text", "one of: high, low"."""
    names = {int: "whole number", float: "number", bool: "true or false", str: "text"}
    if annotation in names:
        return names[annotation]
    arguments = [part for part in get_args(annotation) if part is not type(None)]
    if arguments and all(isinstance(part, str | int) and not isinstance(part, type) for part in arguments):
        return "one of: " + ", ".join(str(part) for part in arguments)
    if _is_sequence(annotation):
        return "list"
    return _kind(arguments[0]) if len(arguments) == 1 else "value"


def _is_sequence(annotation: Any) -> bool:
    return get_origin(annotation) in (tuple, list) or any(
        get_origin(part) in (tuple, list) for part in get_args(annotation)
    )


def _is_tag(part: type[BaseModel], step: str) -> bool:
    kind = part.model_fields.get("kind")
    return kind is not None and step in get_args(kind.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The tables that may stand at this key: the model itself, or those inside a union, an optional or a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for part in get_args(annotation):
            yield from _models_in(part)
