# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests that somebody began and puts aside: what was typed, incomplete as it is. Nobody is asked, nobody is told.

A desk's drafts are the desk's, so that a colleague can finish them; those of the staff are of who began them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from config.territory.languages import find_language
from dispatch.appointments.findings import Findings
from dispatch.errors import Conflict, NotFound
from dispatch.intake import queries
from dispatch.intake.reading import Reader, check_case, check_note
from dispatch.intake.understood import language_name
from dispatch.kit.notes import storable
from dispatch.records.intake import RequestDraft
from dispatch.web import moments
from dispatch.web.choices import KINDS
from dispatch.web.forms import MARK, SHOWN, FormValues, LastChange
from dispatch.web.i18n import gettext as _
from dispatch.web.shown import refuse_overwriting
from dispatch.web.views.intake import DraftLine

# Fields of the form itself, which say nothing of the request.
OF_THE_FORM = frozenset({SHOWN, MARK, "draft", "pick"})
MOST = 50  # what nobody finishes is no list to work with any more


def save(reader: Reader, values: FormValues, number: int | None) -> RequestDraft:
    """A new draft, or an earlier one as it is typed now; a note that may name a person is refused here already."""
    _refuse_names(reader, values)
    row = _fresh(reader) if number is None else _locked(reader, number)
    if number is not None:
        by = row.changed_by.removeprefix("account:")
        refuse_overwriting(values, values_in(row), lambda: LastChange(by, row.changed_at))
    row.typed = [[name, storable(value)] for name, value in values.less(OF_THE_FORM).pairs]
    row.changed_at, row.changed_by = reader.now, reader.visitor.actor[:80]
    reader.session.add(row)
    reader.session.flush()
    return row


def find(reader: Reader, number: int) -> RequestDraft:
    """The draft, if the visitor may see it; NotFound also for another's, and for one that was sent or deleted."""
    row = queries.draft_by_id(reader.session, reader.visitor, number)
    if row is None:
        raise NotFound(_("This draft is no longer there: it was sent, deleted, or left for too long."))
    return row


def remove(reader: Reader, number: int) -> None:
    """Delete a draft, or let it go once it is sent; one that is gone already is no trouble."""
    row = queries.draft_by_id(reader.session, reader.visitor, number)
    if row is not None:
        reader.session.delete(row)
        reader.session.flush()


def forget(session: Session, before: dt.datetime) -> None:
    """Drop the drafts that nobody has touched since then."""
    session.execute(delete(RequestDraft).where(RequestDraft.changed_at < before))


def listed(reader: Reader) -> tuple[DraftLine, ...]:
    """The drafts this visitor may go on with, the latest first."""
    return tuple(_line(row) for row in queries.drafts(reader.session, reader.visitor, MOST))


def values_in(row: RequestDraft) -> FormValues:
    return FormValues(tuple((name, value) for name, value in row.typed))


def _fresh(reader: Reader) -> RequestDraft:
    if len(queries.drafts(reader.session, reader.visitor, MOST)) >= MOST:
        raise Conflict(_("There are %(num)d drafts already. Send or delete one of them first.") % {"num": MOST})
    actor = reader.visitor.actor[:80]
    return RequestDraft(desk_id=reader.visitor.desk_id, created_by=actor, created_at=reader.now)


def _locked(reader: Reader, number: int) -> RequestDraft:
    row = find(reader, number)
    reader.session.refresh(row, with_for_update=True)
    return row


def _refuse_names(reader: Reader, values: FormValues) -> None:
    findings = Findings()
    places = [place.name for place in queries.places_to_meet(reader.session)]
    known = [desk.name for desk in queries.desks_of(reader.session, reader.visitor)] + places
    check_note(values.get("note").strip(), known, findings, confirmed=values.has("note_confirmed", "true"))
    check_case(values.get("case").strip() or None, findings)
    findings.refuse()


def _line(row: RequestDraft) -> DraftLine:
    values = values_in(row)
    language, day = _language(values), _day(values)
    lacks = [word for word, said in ((_("the language"), language), (_("the day"), day), *_place(values)) if not said]
    kind = KINDS.get(values.get("kind"), "")
    return DraftLine(
        id=row.id,
        title=", ".join(filter(None, [language, _(kind) if kind else ""])) or _("Request without a language yet"),
        day=day,
        lacks=", ".join(lacks),
        changed_at=row.changed_at,
    )


def _language(values: FormValues) -> str:
    typed = values.get("languages-0-code").strip()
    found = find_language(typed)
    return language_name(found.code) if found else typed


def _day(values: FormValues) -> str:
    try:
        return moments.short_day(dt.date.fromisoformat(values.get("when-0-day")))
    except ValueError:
        return ""


def _place(values: FormValues) -> Sequence[tuple[str, str]]:
    onsite = values.get("mode", "onsite") == "onsite"
    return [(_("the place"), values.get("place"))] if onsite else []
