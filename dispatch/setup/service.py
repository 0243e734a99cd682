# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets an empty installation up, once: its name, its territory, and its first administrator, who is then signed in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.territory import ReferenceFileError
from dispatch.access import service
from dispatch.access.audit import record
from dispatch.access.lockout import Door, forgive, knock, note_failure
from dispatch.access.naming import give_name
from dispatch.access.passwords import LONGEST, SHORTEST
from dispatch.errors import Conflict, FieldProblem, NotFound, NotUnderstood
from dispatch.kit.installation import Installation
from dispatch.records.statuses import Role
from dispatch.setup.code import is_right
from dispatch.territory.load import load
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _

COUNTED_AS = "/setup"  # no login begins with a slash
ONE_AT_A_TIME = 7303  # advisory lock: of two browsers one makes the first account
LONGEST_NAME = 160
BY = "setup"


@dataclass(frozen=True)
class Asked:
    """What somebody typed on the set-up page."""

    code: str
    place: str
    name: str
    login: str
    password: str
    again: str

    @classmethod
    def typed(cls, values: FormValues) -> Asked:
        place, name, login, code = (values.get(one).strip() for one in ("place", "name", "login", "code"))
        return cls(code, place, name, login, values.get("password"), values.get("again"))


def set_up(here: Installation, now: dt.datetime, asked: Asked, address: str) -> str:
    """The token of the administrator's session. Raises DoorClosed after too many wrong codes.

    The try is counted in a transaction of its own before the code is looked at, as with passwords.
    """
    door = Door(COUNTED_AS, address[:64])
    with here.database.begin() as session:
        refuse_once_done(session)
        attempt = knock(session, now, door)
    known = is_right(here.settings, asked.code)
    with here.database.begin() as session:
        if known:
            forgive(session, attempt, door)
        else:
            note_failure(session, now, door)
    problems = [*([] if known else [_wrong_code(asked.code)]), *troubles(asked)]
    if problems:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=tuple(problems))
    with here.database.begin() as session:
        return _make(session, here.settings.territory, now, asked)


def refuse_once_done(session: Session) -> None:
    if service.has_accounts(session):
        raise NotFound(_("This installation is set up already. Sign in, or ask who administers it for an account."))


def _make(session: Session, territory: str, now: dt.datetime, asked: Asked) -> str:
    session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    if service.has_accounts(session):
        raise Conflict(_("Meanwhile somebody else has set this installation up. Nothing of yours was saved."))
    try:
        load(session, territory)
    except ReferenceFileError as trouble:
        told = _("The territory cannot be loaded: %(trouble)s") % {"trouble": trouble}
        raise NotUnderstood(told, fields=(FieldProblem("territory", told, territory),)) from trouble
    give_name(session, asked.place, now)
    account = service.create_account(
        session, now, login=asked.login, name=asked.name, password=asked.password, role=Role.ADMIN, by=BY
    )
    record(session, now, BY, "set_up", "installation", 1, territory=territory)
    return service.open_session(session, now, account)


def troubles(asked: Asked) -> Iterator[FieldProblem]:
    """What cannot stand, in the order of the form; a password is never repeated."""
    for field, text in (("place", asked.place), ("name", asked.name)):
        if problem := trouble_of_name(field, text):
            yield problem
    if not re.fullmatch(service.LOGIN_FORM, asked.login, re.ASCII):
        remedy = _("Use letters, digits, point, hyphen, + or @; begin with a letter or digit.")
        yield FieldProblem("login", _("This is no user name."), asked.login, remedy)
    if not SHORTEST <= len(asked.password) <= LONGEST or not asked.password.isprintable():
        remedy = _("Use %(least)d to %(most)d ordinary characters.") % {"least": SHORTEST, "most": LONGEST}
        told = _("The password has %(num)d characters.") % {"num": len(asked.password)}
        yield FieldProblem("password", told, None, remedy)
    elif asked.password != asked.again:
        yield FieldProblem("again", _("The two passwords differ."), None, _("Type both again."))


def trouble_of_name(field: str, text: str) -> FieldProblem | None:
    """Why a name cannot stand on a page; None where it can."""
    if not text:
        return FieldProblem(field, _("This field is empty."), text, _("Write a name."))
    if len(text) > LONGEST_NAME or not text.isprintable():
        remedy = _("Keep it within %(num)d ordinary characters.") % {"num": LONGEST_NAME}
        return FieldProblem(field, _("This name cannot be kept."), text, remedy)
    return None


def _wrong_code(code: str) -> FieldProblem:
    remedy = _("Copy it from the terminal or the log of the server, or print it again there with: ponte setup-code")
    told = _("This is not the set-up code.") if code else _("The set-up code is missing.")
    return FieldProblem("code", told, code, remedy)
