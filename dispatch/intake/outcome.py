# SPDX-License-Identifier: AGPL-3.0-or-later
"""What came of a change: which dates moved, who keeps them, what was called off, what was left; counted, then said.

The counts stand in the audit beside the change, so the page that says them afterwards says what happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dispatch.access.queries import last_entry
from dispatch.intake.reading import Reader
from dispatch.intake.reconciling import Dates, dates_of_request
from dispatch.intake.series import DateKey
from dispatch.records.intake import Appointment, Request
from dispatch.records.statuses import AssignmentStatus
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext

Asked = tuple[dt.datetime, int, str, int | None]


@dataclass(frozen=True)
class Stand:
    """One date as it stood: its row, what was asked, who said yes to it, and who is asked for a new yes."""

    row_id: int
    asked: Asked
    coming: frozenset[int]
    asked_anew: frozenset[int]


@dataclass(frozen=True)
class Standing:
    """All dates of a request at one moment; ``over`` are those that nothing changes any more."""

    dates: Mapping[DateKey, Stand]
    over: int
    apart: frozenset[DateKey]


def standing(reader: Reader, request: Request) -> Standing:
    dates = dates_of_request(reader, request)
    rows = {**dates.ruled, **dates.exceptions}
    return Standing(
        {key: _stand(row, dates) for key, row in rows.items()}, len(dates.over), frozenset(dates.exceptions)
    )


def counted(before: Standing, after: Standing) -> dict[str, int]:
    """What differs between two moments, in numbers; what did not happen is left out."""
    pairs, gone, new = _paired(before, after)
    changed = [(old, now) for old, now in pairs if old.asked != now.asked or old.row_id != now.row_id]
    had = [(old, now) for old, now in changed if old.coming]
    lost = [old for old in gone if old.coming]
    found = {
        "changed": len(changed),
        "kept": sum(bool(now.coming) for _old, now in had),
        "asked": sum(bool(now.asked_anew) and not now.coming for _old, now in had),
        "anew": sum(not now.coming and not now.asked_anew for _old, now in had),
        "cancelled": len(gone),
        "freed": len(lost),
        "added": len(new),
        "over": before.over,
        "apart": sum(key in after.dates and before.dates[key] == after.dates[key] for key in before.apart),
    }
    return {name: count for name, count in found.items() if count}


def outcome_words(counts: Mapping[str, int]) -> str:
    """The counts as one would say them: "6 dates changed: 4 keep their mediator. One is over and stays as it was."."""
    return " ".join(f"{sentence}." for sentence in _sentences(counts))


def last_mark(reader: Reader, code: str) -> int:
    """By which it shows whether anything was changed since; 0 of a request of which nothing is told yet."""
    found = last_entry(reader.session, "request", code)
    return 0 if found is None else found[0].id


def last_told(reader: Reader, request: Request) -> str:
    """What came of this visitor's own last change; nothing where somebody else was the last."""
    found = last_entry(reader.session, "request", request.code)
    if found is None or found[0].actor != reader.visitor.actor[:80]:
        return ""
    return outcome_words(found[0].details.get("outcome", {}))


def _sentences(counts: Mapping[str, int]) -> Iterator[str]:
    changed, fates = counts.get("changed", 0), ", ".join(_fates(counts))
    if changed:
        words = ngettext("One date changed", "%(num)d dates changed", changed) % {"num": changed}
        yield f"{words}: {fates}" if fates else words
    if cancelled := counts.get("cancelled", 0):
        words = ngettext("One date cancelled", "%(num)d dates cancelled", cancelled) % {"num": cancelled}
        freed = counts.get("freed", 0)
        told = ngettext("whoever had accepted one of them is told", "who had accepted %(num)d of them is told", freed)
        yield f"{words}: {told % {'num': freed}}" if freed else words
    if added := counts.get("added", 0):
        yield ngettext("One new date", "%(num)d new dates", added) % {"num": added}
    if not (changed or cancelled or added):
        yield _("No date changed")
    if over := counts.get("over", 0):
        yield ngettext(
            "One is over already and stays as it was", "%(num)d are over already and stay as they were", over
        ) % {"num": over}
    if apart := counts.get("apart", 0):
        yield ngettext(
            "One that was changed by itself stays as it is",
            "%(num)d that were changed by themselves stay as they are",
            apart,
        ) % {"num": apart}


def _fates(counts: Mapping[str, int]) -> Iterator[str]:
    if kept := counts.get("kept", 0):
        yield ngettext("one keeps its mediator", "%(num)d keep their mediator", kept) % {"num": kept}
    if asked := counts.get("asked", 0):
        yield ngettext("one waits for a new yes", "%(num)d wait for a new yes", asked) % {"num": asked}
    if anew := counts.get("anew", 0):
        yield ngettext("for one we look for somebody else", "for %(num)d we look for somebody else", anew) % {
            "num": anew
        }


def _stand(row: Appointment, dates: Dates) -> Stand:
    live = [found for slot in row.slots if (found := dates.live.get(slot.id)) is not None]
    booked = {one.mediator_id for one in live if one.status == AssignmentStatus.BOOKED}
    again = {one.mediator_id for one in live if one.status == AssignmentStatus.PUBLISHED and one.agreed is not None}
    start = row.asked_start or row.first_start
    return Stand(row.id, (start, row.duration, row.mode, row.place_id), frozenset(booked), frozenset(again))


def _paired(before: Standing, after: Standing) -> tuple[list[tuple[Stand, Stand]], list[Stand], list[Stand]]:
    """The same dates before and after; one that left its week is the one that came into another, in the order of time."""
    both = before.dates.keys() & after.dates.keys()
    gone = _by_time(before, before.dates.keys() - both)
    new = _by_time(after, after.dates.keys() - both)
    moved = list(zip(gone, new, strict=False))
    pairs = [(before.dates[key], after.dates[key]) for key in both]
    return [*pairs, *moved], gone[len(moved) :], new[len(moved) :]


def _by_time(at: Standing, keys: set[DateKey]) -> list[Stand]:
    return sorted((at.dates[key] for key in keys), key=lambda stand: stand.asked[0])
