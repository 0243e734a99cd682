# SPDX-License-Identifier: AGPL-3.0-or-later
"""One family of errors with an HTTP status: each says what happened with the values, then what to do (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass


def _l(message: str) -> str:
    """Mark a message for the catalogs; it is translated where it is shown."""
    return message


@dataclass(frozen=True)
class FieldProblem:
    """One field that cannot stand: where, the value given, what is wrong, and the remedy."""

    field: str
    message: str
    value: object = None
    remedy: str = ""


class PonteError(Exception):
    """Base of the family. ``detail`` is one or two sentences for a person; ``fields`` name what to mend.

    ``title`` is a msgid that names the kind of problem; ``headers`` go with the answer.
    """

    status = 500
    kind = "trouble"
    title = _l("Something went wrong")

    def __init__(self, detail: str, *, fields: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields
        self.headers: dict[str, str] = {}


class NotUnderstood(PonteError):
    """The request is well formed but a value in it cannot be accepted."""

    status = 422
    kind = "not-understood"
    title = _l("Check the fields")


class NotSignedIn(PonteError):
    status = 401
    kind = "not-signed-in"
    title = _l("Sign in first")


class Forbidden(PonteError):
    status = 403
    kind = "forbidden"
    title = _l("Not allowed")


class NotFound(PonteError):
    """Also what somebody gets for a row that is not hers: its existence is not told."""

    status = 404
    kind = "not-found"
    title = _l("Not found")


class Conflict(PonteError):
    """The row is in another state than the action needs; somebody was quicker or it was done already."""

    status = 409
    kind = "conflict"
    title = _l("Already changed")


class TooMany(PonteError):
    status = 429
    kind = "too-many"
    title = _l("Too many tries")


class Unavailable(PonteError):
    """A part Ponte needs does not answer now; trying again later helps."""

    status = 503
    kind = "unavailable"
    title = _l("Not available now")
