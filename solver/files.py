# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two file formats, ponte-problem/1 and ponte-plan/1: read strictly, written whole, published as JSON Schema."""

from __future__ import annotations

import json
import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from solver.acceptance import BadFile, refuse_impossible, warnings
from solver.plan import Plan
from solver.problem import Appointment, PlanningProblem

__all__ = [
    "BadFile",
    "accept",
    "problem_of",
    "read_appointment",
    "read_plan",
    "read_problem",
    "schema",
    "warnings",
    "write_plan",
    "write_problem",
]

T = TypeVar("T")
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS: dict[str, type[PlanningProblem | Plan]] = {"problem": PlanningProblem, "plan": Plan}


def read_problem(path: Path | str) -> PlanningProblem:
    """A problem that has passed every check; raises BadFile naming the key."""
    return problem_of(_bytes(path))


def problem_of(raw: bytes) -> PlanningProblem:
    """A problem from JSON text; raises BadFile naming the key."""
    problem = _decode(raw, PlanningProblem)
    refuse_impossible(problem)
    return problem


def accept(problem: PlanningProblem) -> PlanningProblem:
    """The same problem, checked as if it came from a file: structures built by hand check nothing themselves."""
    return problem_of(msgspec.json.encode(problem))


def read_plan(path: Path | str) -> Plan:
    return _decode(_bytes(path), Plan)


def read_appointment(path: Path | str, problem: PlanningProblem) -> Appointment:
    """One appointment that a problem could take up, written like those it has; raises BadFile naming the key."""
    appointment = _decode(_bytes(path), Appointment)
    number = len(problem.appointments)
    try:
        refuse_impossible(msgspec.structs.replace(problem, appointments=(*problem.appointments, appointment)))
    except BadFile as trouble:
        key = trouble.key.removeprefix(f"appointments[{number}].")
        raise BadFile(key, trouble.value, trouble.remedy) from trouble
    return appointment


def write_problem(problem: PlanningProblem, path: Path | str) -> None:
    _write(problem, path)


def write_plan(plan: Plan, path: Path | str) -> None:
    _write(plan, path)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a format, ``problem`` or ``plan``, whose definitions carry our docstrings."""
    return {"$schema": SCHEMA_DIALECT, "title": f"ponte-{name}/1"} | msgspec.json.schema(FORMATS[name])


def _bytes(path: Path | str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BadFile(str(path), error.strerror, "give the path of a file that can be read") from error


def _write(content: PlanningProblem | Plan, path: Path | str) -> None:
    """Write beside the target, then rename, so that nobody ever reads half a file."""
    target = Path(path)
    half = target.with_name(f".{target.name}.{os.getpid()}")
    half.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    half.replace(target)


def _decode(raw: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise _named(str(error), raw, kind) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFile("(file)", raw[:40].decode("utf-8", "replace"), f"is not JSON: {error}") from error


def _named(message: str, raw: bytes, kind: type[Any]) -> BadFile:
    """Turn msgspec's sentence into the key, the value found there and a remedy."""
    what, _, where = message.partition(" - at ")
    key = re.sub(r"^.*\$\.?", "", where.strip("`")).removesuffix("[...]") if where else ""
    unknown = re.search(r"unknown field `(.*)`", what)
    if unknown:
        return _unknown_key(_joined(key, unknown[1]), unknown[1], _at(raw, key), kind)
    missing = re.search(r"missing required field `(.*)`", what)
    if missing:
        return BadFile(
            _joined(key, missing[1]), msgspec.UNSET, "is missing: write it, even if its value is null or empty"
        )
    remedy = what[0].lower() + what[1:].replace("`", "")
    if what.startswith("Invalid enum value"):
        remedy = "expected one of " + ", ".join(_choices(kind, key))
    return BadFile(key or "(file)", _at(raw, key), f"cannot be used: {remedy}")


def _choices(kind: type[Any], key: str) -> list[str]:
    """What may stand at a key whose last name is that of an enumerated field."""
    name = re.findall(r"[^.\[\]]+", re.sub(r"\[\d+\]", "", key))[-1]
    definitions = msgspec.json.schema(kind)["$defs"].values()
    return sorted({choice for part in definitions for choice in _enumerated(part.get("properties", {}).get(name))})


def _enumerated(part: object) -> list[str]:
    """Every value of every enum inside a piece of JSON Schema."""
    if isinstance(part, dict):
        own = part.get("enum", []) if isinstance(part.get("enum"), list) else []
        return [*own, *(choice for inner in part.values() for choice in _enumerated(inner))]
    return [choice for inner in part for choice in _enumerated(inner)] if isinstance(part, list) else []


def _unknown_key(key: str, name: str, value: object, kind: type[Any]) -> BadFile:
    known = sorted({field for part in _structures(kind) for field in part})
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else "remove it"
    found = value.get(name) if isinstance(value, dict) else None
    return BadFile(key, found, f"is not a key of this format: {hint}")


def _structures(kind: type[Any]) -> list[list[str]]:
    definitions = msgspec.json.schema(kind)["$defs"].values()
    return [list(definition.get("properties", {})) for definition in definitions]


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _at(raw: bytes, key: str) -> object:
    """The value a file holds at a key such as mediators[3].shifts[1]."""
    value: Any = json.loads(raw)
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", key):
        value = value[int(number)] if number else value[name]
    return value
