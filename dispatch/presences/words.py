# SPDX-License-Identifier: AGPL-3.0-or-later
"""A presence in plain words: its days, its hours, its languages, and whether it may be left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from babel.dates import get_day_names

from config.territory.languages import find_language
from dispatch.records.presences import Presence
from dispatch.records.statuses import Cover, Every
from dispatch.web import moments
from dispatch.web.choices import kind_word
from dispatch.web.i18n import _l, current_locale
from dispatch.web.i18n import gettext as _

COVERS = {Cover.ALWAYS: _l("never left empty"), Cover.MAY_LEAVE: _l("may leave for an urgent call")}


def understood(presence: Presence) -> str:
    """The whole presence as sentences that each stand alone, for whoever coordinates it."""
    wished = [_("wished for: %(name)s") % {"name": presence.mediator.name}] if presence.mediator else []
    return _as_text([*_sentences(presence), *wished])


def understood_by_desk(presence: Presence) -> str:
    """The same without the mediator wished for: a desk is told who comes once she said yes."""
    return _as_text(_sentences(presence))


def _as_text(sentences: Iterable[str]) -> str:
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _sentences(presence: Presence) -> Iterator[str]:
    yield _("%(kind)s at %(place)s") % {"kind": kind_word(presence.kind), "place": presence.place.name}
    yield _("%(when)s, from %(first)s to %(last)s") % {
        "when": when(presence),
        "first": moments.long_date(presence.first_day),
        "last": moments.long_date(presence.ended_on or presence.last_day),
    }
    yield languages(presence.languages) or _("no language is needed")
    yield _(COVERS[Cover(presence.cover)])
    if not presence.keep_holidays:
        yield _("not on holidays")
    if presence.school_days_only:
        yield _("only on school days")


def when(presence: Presence) -> str:
    """Its weekdays and hours: "lunedì e giovedì, 9:00–13:00"."""
    text = _("%(days)s, %(hours)s") % {"days": weekdays(presence.weekdays), "hours": hours(presence)}
    return _("%(when)s, every two weeks") % {"when": text} if presence.every == Every.TWO_WEEKS else text


def weekdays(numbers: Iterable[int]) -> str:
    names = get_day_names("wide", locale=current_locale())
    return ", ".join(names[number] for number in sorted(numbers))


def hours(presence: Presence) -> str:
    return f"{clock(presence.from_minute)}{moments.EN_DASH}{clock(presence.to_minute)}"


def clock(minute: int) -> str:
    """Minutes of the day as people write them: "9:05"."""
    return f"{minute // 60}:{minute % 60:02d}"


def typed_clock(minute: int) -> str:
    """The same for a form: "09:05"."""
    return dt.time(minute // 60 % 24, minute % 60).strftime("%H:%M")


def languages(codes: Iterable[str]) -> str:
    return ", ".join(language_name(code) for code in sorted(codes))


def language_name(code: str) -> str:
    language = find_language(code)
    if language is None:
        return code
    return language.name_it if current_locale() == "it" else language.name_en
