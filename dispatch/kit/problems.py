# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every refusal as an RFC 9457 problem: what happened, then each field with its value, what is wrong and the remedy."""

import json
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg import errors as postgres
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from dispatch.errors import FieldProblem, NotFound, NotUnderstood, PonteError, TooMany, Unavailable, _l

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
SHOWN = 200  # an echoed value is cut here: a problem is for reading
RETRY_AFTER = "5"
Say = Callable[[str], str]
Page = Callable[[Request, PonteError], Response | None]
# Lock not granted in time, deadlock, serialisation: the same request may well succeed a moment later.
PASSING = (postgres.LockNotAvailable, postgres.DeadlockDetected, postgres.SerializationFailure, postgres.QueryCanceled)


class ProblemLine(BaseModel):
    """One field that cannot stand."""

    field: str
    value: Any = None
    message: str
    remedy: str


class Problem(BaseModel):
    """RFC 9457, for the description of the API."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemLine] = []


@dataclass(frozen=True)
class Refusal:
    """What the framework refuses, in our words (msgids): ``field`` is the part of the request to mend."""

    title: str
    field: str
    message: str
    remedy: str


def refusals(conflict: str) -> dict[int | str, dict[str, Any]]:
    """What a door to rows may answer besides them, for the description of the API; ``conflict`` is what 409 means."""
    meanings = {
        401: "No valid key or session",
        403: "Not allowed",
        404: "Not yours, or not there",
        409: conflict,
        422: "A field cannot be accepted",
    }
    return {status: {"model": Problem, "description": meaning} for status, meaning in meanings.items()}


REFUSALS = {
    400: Refusal(
        _l("Not readable"),
        "body",
        _l("The body cannot be read."),
        _l("Send valid JSON in UTF-8, or a form of at most 200 fields."),
    ),
    405: Refusal(
        _l("Not done this way"),
        "method",
        _l("This address does not take this method."),
        _l("Look in the API’s description for those it takes."),
    ),
    413: Refusal(
        _l("Too large"),
        "body",
        _l("This is larger than is taken here (256 KB; files to import 2 MB)."),
        _l("Send less at a time."),
    ),
}


class HttpTrouble(PonteError):
    """A refusal of the framework (wrong method, unreadable body) as a member of our family."""

    def __init__(self, error: HTTPException, method: str, say: Say) -> None:
        headers, known = dict(error.headers or {}), REFUSALS.get(error.status_code)
        if known is None:
            super().__init__(str(error.detail))
        else:
            message, remedy = say(known.message), say(known.remedy)
            line = FieldProblem(known.field, message, method if known.field == "method" else None, remedy)
            super().__init__(f"{message} {remedy}", fields=(line,))
            self.title = known.title
        self.status, self.kind, self.headers = error.status_code, f"http-{error.status_code}", headers


class BrokenOff(PonteError):
    """The visitor was gone before all of it was here, as when a form asks anew while it is typed: nobody reads the answer."""

    status = 400
    kind = "broken-off"
    title = _l("Not readable")


class Problems:
    """Answers every error: a browser gets what ``page`` makes of it, a program a problem; ``say`` translates msgids."""

    def __init__(self, *, say: Say = str, page: Page | None = None) -> None:
        self.say, self.page = say, page

    def install(self, app: FastAPI) -> None:
        for kind in (PonteError, RequestValidationError, HTTPException, DBAPIError, PoolTimeout, ClientDisconnect):
            app.add_exception_handler(kind, self.answer)

    def answer(self, request: Request, error: Exception) -> Response:
        found = _as_ours(error, request.method, self.say)
        if found.status == 500:
            log.error(
                "request failed", exc_info=error
            )  # which one, its own line says: the address may be a signed link
        shown = self.page(request, found) if self.page else None
        return shown or problem(found, self.say)

    def last_resort(self, request: Request, error: Exception) -> Response:
        """An answer for what nobody caught, also where it is the error page itself that is broken."""
        try:
            return self.answer(request, error)
        except Exception:  # the last boundary: a visitor gets an answer whatever else fails
            log.exception("the error page failed")
            return problem(PonteError("Something went wrong on our side."))  # no words of the catalogs: they may be it


def problem(error: PonteError, say: Say = str) -> Response:
    """The problem document of an error, in ASCII so that not even half a surrogate pair can break it.

    The type names the kind of problem and never changes; all words are in the reader's language.
    """
    document: dict[str, Any] = {
        "type": f"urn:ponte:problem:{error.kind}",
        "title": say(error.title),
        "status": error.status,
        "detail": printable(error.detail),
    }
    if error.fields:
        document["errors"] = [_line(field) for field in error.fields]
    return Response(json.dumps(document), error.status, headers_for(error), MEDIA_TYPE)


def headers_for(error: PonteError) -> dict[str, str]:
    """The error's own headers, and those that its status needs (RFC 9110)."""
    if error.status == 401:
        return error.headers | {"WWW-Authenticate": 'Bearer realm="ponte"'}
    if isinstance(error, TooMany | Unavailable):
        return error.headers | {"Retry-After": getattr(error, "retry_after", RETRY_AFTER)}
    return error.headers


def printable(value: object) -> Any:
    """``value`` fit for JSON and for people: no lone surrogates, no NaN, cut when long."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    text = value if isinstance(value, str) else repr(value)[: SHOWN * 2]
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def readable(errors: Sequence[Mapping[str, Any]], say: Say = str) -> tuple[FieldProblem, ...]:
    """Pydantic's errors in our words: the field as its path joined with dots, and what to write instead."""
    return tuple(_field_problem(error, say) for error in errors)


def _line(field: FieldProblem) -> dict[str, Any]:
    return {
        "field": printable(field.field),
        "value": printable(field.value),
        "message": printable(field.message),
        "remedy": printable(field.remedy),
    }


def _as_ours(error: Exception, method: str, say: Say) -> PonteError:
    match error:
        case PonteError():
            return error
        case RequestValidationError():
            return NotUnderstood(say("Some fields cannot be accepted."), fields=readable(error.errors(), say))
        case HTTPException(status_code=404):
            return NotFound(say("There is nothing at this address."))
        case HTTPException():
            return HttpTrouble(error, method, say)
        case ClientDisconnect():
            return BrokenOff(say("The body cannot be read."))
        case PoolTimeout() | OperationalError():
            return Unavailable(say("The database does not answer now. Try again in a few seconds."))
        case DBAPIError() if isinstance(error.orig, PASSING) or error.connection_invalidated:
            return Unavailable(say("Somebody else is working on the same rows. Try again in a few seconds."))
        case _:
            return PonteError(say("Something went wrong on our side. It was recorded; try again later."))


def _field_problem(error: Mapping[str, Any], say: Say) -> FieldProblem:
    path = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
    message, remedy = _words(error["type"], error.get("ctx") or {}, error["msg"], say)
    given = error.get("input")
    if not path and isinstance(given, bytes):  # FastAPI leaves a body alone that is not announced as JSON
        message, remedy = say(NOT_JSON[0]), say(NOT_JSON[1])
        given = given.decode("utf-8", "replace")
    return FieldProblem(".".join(path) or "body", message, None if error["type"] == "missing" else given, remedy)


def _words(kind: str, context: Mapping[str, Any], fallback: str, say: Say) -> tuple[str, str]:
    """Message and remedy of one kind of Pydantic error; what we do not know keeps Pydantic's own sentence."""
    message, remedy = WORDS.get(kind, ("", ""))
    values = {key: printable(value) for key, value in context.items()}
    return (say(message) % values if message else fallback), (say(remedy) % values if remedy else "")


NOT_JSON = (_l("The body is not announced as JSON."), _l("Send it with the header Content-Type: application/json."))
_TYPE = _l("This is of another type.")
WORDS: dict[str, tuple[str, str]] = {
    "missing": (_l("This field is missing."), _l("Add it.")),
    "extra_forbidden": (_l("There is no field of this name."), _l("Remove it, or check how it is spelled.")),
    "string_type": (_TYPE, _l("Write a text.")),
    "string_unicode": (_l("This text has signs that cannot be stored."), _l("Write it again without them.")),
    "int_type": (_TYPE, _l("Write a whole number, without quotes.")),
    "int_from_float": (_TYPE, _l("Write a whole number.")),
    "int_parsing": (_TYPE, _l("Write a whole number.")),
    "bool_type": (_TYPE, _l("Write true or false, without quotes.")),
    "list_type": (_TYPE, _l("Write a list.")),
    "dict_type": (_TYPE, _l("Write an object.")),
    "model_type": (_TYPE, _l("Write an object.")),
    "model_attributes_type": (_TYPE, _l("Write an object.")),
    "literal_error": (_l("This value is not known."), _l("Write one of: %(expected)s.")),
    "enum": (_l("This value is not known."), _l("Write one of: %(expected)s.")),
    "greater_than_equal": (_l("This is too small."), _l("Write at least %(ge)s.")),
    "less_than_equal": (_l("This is too large."), _l("Write at most %(le)s.")),
    "string_too_long": (_l("This text is too long."), _l("Keep it within %(max_length)s characters.")),
    "string_too_short": (_l("This text is empty."), _l("Write at least %(min_length)s characters.")),
    "too_long": (_l("This list is too long."), _l("Keep it within %(max_length)s entries.")),
    "too_short": (_l("This list is too short."), _l("Give at least %(min_length)s.")),
    "string_pattern_mismatch": (_l("This is not written as expected."), _l("It must match %(pattern)s.")),
    "tax_code": (
        _l("This text has a tax code in it."),
        _l("Remove it: nothing here may name the person served."),
    ),
    "json_invalid": (_l("The body is not valid JSON."), _l("Check it with a JSON tool.")),
}
