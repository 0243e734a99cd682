# SPDX-License-Identifier: AGPL-3.0-or-later
"""Structured logs on stderr, one JSON object a line, in which no value of a row or a request can stand.

An error is told by its kind and its place, never by its message: PostgreSQL's quotes the row ("Key (phone)=(+39…)"),
Pydantic's the input, and a traceback with local variables both. What libraries say is kept with its numbers hidden.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog
from psycopg import Error as PostgresError

DEEPEST = 12  # the innermost places of an error: the outer ones are the framework's own
MOST_CAUSES = 5
# A phone number, or the last part of an address that is a signed link.
PERSONAL = re.compile(r"\+?\d{8,}|(?<=/m/)[^/\s\"'?]+")
HIDDEN = "***"
Line = MutableMapping[str, Any]


def log_as_json(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all that this process says, its libraries' words, warnings and last breath too, to ``stream`` as JSON."""
    out = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, without_values, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_values, last],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared, hide_numbers],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _tell_last_breath()


def without_values(_logger: Any, _name: str, line: Line) -> Line:
    """Turn an exception into where it happened, so that the message with its values is never rendered."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["error"] = list(told(error))
    return line


def hide_numbers(_logger: Any, _name: str, line: Line) -> Line:
    """What a library says is not ours to choose: its long numbers and link tokens are hidden."""
    line["event"] = PERSONAL.sub(HIDDEN, str(line.get("event", "")))
    return line


def told(error: BaseException) -> Iterator[dict[str, object]]:
    """The error and its causes: the kind, PostgreSQL's state and constraint, and the innermost places."""
    seen: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if seen is None:
            return
        one: dict[str, object] = {"kind": f"{type(seen).__module__}.{type(seen).__qualname__}"}
        if isinstance(seen, PostgresError):
            one |= {"state": seen.sqlstate, "constraint": seen.diag.constraint_name, "table": seen.diag.table_name}
        one["at"] = places(seen.__traceback__)
        yield one
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def places(trace: TracebackType | None) -> list[str]:
    """File, line and function of the innermost calls; no source and no variables."""
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    return [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def _tell_last_breath() -> None:
    """Uncaught errors and warnings would print values on stderr by themselves."""
    log = structlog.get_logger("ponte")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            log.critical("process ends", exc_info=error.with_traceback(trace))

    def uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None and not issubclass(given.exc_type, SystemExit):
            log.critical("thread ends", thread=given.thread.name if given.thread else "", exc_info=given.exc_value)

    def warned(_message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
        log.warning("warning", kind=category.__name__, at=f"{'/'.join(Path(filename).parts[-2:])}:{lineno}")

    sys.excepthook, threading.excepthook = uncaught, uncaught_in_thread
    warnings.showwarning = warned  # type: ignore[assignment]  # it never writes to the stream of its last arguments
