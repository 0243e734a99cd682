# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each key of the policy may hold, read from its type, so that a refusal can name the range."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

import msgspec
from msgspec import inspect

from config.policy_keys import Policy
from config.policy_trouble import Allowed, PolicyError


@cache
def allowed() -> dict[tuple[str, str], Allowed]:
    """Every key by (section, key), in the order of the sections."""
    whole = inspect.type_info(Policy)
    assert isinstance(whole, inspect.DataclassType)
    found = {}
    for section in whole.fields:
        assert isinstance(section.type, inspect.StructType)
        for field in section.type.fields:
            found[section.name, field.name] = _read(field.type)
    return found


@cache
def _types() -> dict[tuple[str, str], Any]:
    sections = get_type_hints(Policy)
    return {
        (section, key): hint
        for section, kind in sections.items()
        for key, hint in get_type_hints(kind, include_extras=True).items()
    }


def refuse_out_of_range(given: dict[str, Any]) -> None:
    """Raises PolicyError for the first key whose value its type cannot hold; missing and unknown keys are told later."""
    for section, key in _types():
        part = given.get(section)
        if isinstance(part, dict) and key in part:
            read_value(section, key, part[key])


def read_value(section: str, key: str, value: Any) -> Any:
    """One key's value as its type has it; raises PolicyError with the range."""
    try:
        return msgspec.convert(value, _types()[section, key])
    except msgspec.ValidationError as trouble:
        may = allowed()[section, key]
        raise PolicyError(
            f"{section}.{key}: {value!r} is not allowed: {may}.", section=section, key=key, value=value, allowed=may
        ) from trouble


def _read(kind: inspect.Type) -> Allowed:
    shown = None
    if isinstance(kind, inspect.Metadata):
        shown, kind = (kind.extra or {}).get("shown"), kind.type
    match kind:
        case inspect.IntType():
            return Allowed(shown or "number", kind.ge, kind.le)
        case inspect.FloatType():
            return Allowed("decimal", kind.ge, kind.le)
        case inspect.BoolType():
            return Allowed("truth")
        case inspect.LiteralType():
            return Allowed("choice", choices=tuple(str(value) for value in kind.values))
        case inspect.StrType():
            return Allowed(shown or "text", pattern=kind.pattern or "")
        case inspect.VarTupleType():
            assert isinstance(kind.item_type, inspect.TupleType)
            columns = tuple(_read(column) for column in kind.item_type.item_types)
            return Allowed("table", columns=columns, rows=kind.max_length)
    raise TypeError(f"{kind!r} is no type that a key of the policy may have")
