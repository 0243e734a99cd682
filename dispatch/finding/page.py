# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which a coordinator finds somebody for one slot: who could, who is asked, why nobody, what would help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.errors import FieldProblem
from dispatch.finding import queries
from dispatch.finding.lines import lines_of
from dispatch.finding.words import change_of, funnel, in_order, why_her
from dispatch.kit.policy import policy_in_force
from dispatch.outbox.asking import how_to_ask
from dispatch.planning.assigning import NOBODY, start_of
from dispatch.planning.board import language_names
from dispatch.planning.choosing import Looked, look
from dispatch.planning.queries import live_by_slot
from dispatch.planning.seen import names_seen
from dispatch.planning.words import FULL_TODAY, rule_words, with_full
from dispatch.records.intake import Slot
from dispatch.records.statuses import SlotStatus
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import deadline
from dispatch.web.views.finding import Change, KeptAway, Line, MediatorsPage, Promise, Suitable
from dispatch.web.views.page import FieldError

MOST_NAMES = 8  # more are no help to who looks for one
DONE_BY_HAND = frozenset({"move"})  # two visits change at once: the plan of the week does that better


def mediators_page(
    session: Session,
    who: Visitor,
    slot: Slot,
    now: dt.datetime,
    values: FormValues,
    problems: tuple[FieldProblem, ...] = (),
    *,
    chosen: str = "",
    eased: str = "",
    at: dt.datetime | None = None,
) -> MediatorsPage:
    """``at`` is another start that the desk allows; without one the slot is looked at where it stands, or was asked for."""
    appointment, live = slot.appointment, live_by_slot(session, [slot.id]).get(slot.id)
    start, languages = at or start_of(session, slot), language_names(session)
    ahead = slot.status != SlotStatus.CANCELLED and start > now
    people = names_seen(session, who)
    looked = look(session, slot.id, start, now, changes=True) if ahead else Looked()
    [line] = lines_of(session, [slot], now)
    reasons = _reasons(looked)
    suitable = _suitable(session, slot, looked, people, line, "" if live is None else live.mediator.code)
    return MediatorsPage(
        code=appointment.request.code,
        number=appointment.number,
        slot=slot.number,
        slots=len(appointment.slots),
        start=start,
        end=start + dt.timedelta(minutes=appointment.duration),
        desk=appointment.request.desk.name,
        language=", ".join(languages.get(code, code) for code in slot.needs.get("languages", {})),
        status=slot.status,
        mediator=live.mediator.name if live else "",
        assignment=live.status if live else "",
        instead_of=live.id if live else NOBODY,
        can_assign=ahead,
        suitable=suitable,
        values=values,
        now=now,
        errors=tuple(FieldError(problem.field, f"{problem.message} {problem.remedy}") for problem in problems),
        promise=_promise(session, start, now),
        line=line if line.asked or line.following else None,
        funnel=funnel(reasons, looked.everybody) if ahead else (),
        kept_away=tuple(_kept_away(looked, people)),
        changes=_changes(
            looked, people, languages, f"{appointment.request.code}/appointments/{appointment.number}", slot
        ),
        hopeless=_hopeless(looked, languages),
        eased=eased,
        chosen=chosen,
        at="" if at is None else at.isoformat(),
    )


def allowed_start(session: Session, slot: Slot, text: str) -> dt.datetime | None:
    """Another start that an address or a form names, where the desk allows it and nobody stands for the slot elsewhere."""
    try:
        start = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    windows = [[dt.datetime.fromisoformat(one) for one in window] for window in slot.appointment.windows]
    if start.tzinfo is None or not any(first <= start <= last for first, last in windows):
        return None
    standing = live_by_slot(session, [one.id for one in slot.appointment.slots])
    return None if any(row.during.lower != start for row in standing.values()) else start


def _suitable(
    session: Session, slot: Slot, looked: Looked, people: Mapping[str, str], line: Line, has_it: str
) -> tuple[Suitable, ...]:
    wanted = [one for one in looked.choices if one.mediator in people and one.mediator != has_it]
    codes = [one.mediator for one in wanted]
    met = queries.times_met(session, slot.appointment.case_code, codes)
    silent = queries.blocked_phones(session, codes)
    asked = {one.code for one in line.asked if one.status in ("queued", "waiting")}
    return tuple(
        Suitable(
            code=one.mediator,
            name=people[one.mediator],
            why=why_her(one.figures, met.get(one.mediator, 0), is_free=not one.against),
            against="; ".join(rule_words(rule) for rule in one.against),
            asked=_("is being asked") if one.mediator in asked else "",
            no_sms=silent.get(one.mediator, ""),
        )
        for one in wanted
    )


def _reasons(looked: Looked) -> dict[str, int]:
    """The counts of the planner, those who speak nothing of it among them, those with a full day apart."""
    if looked.answer is None or looked.problem is None:
        return {}
    strangers = looked.everybody - len(looked.problem.mediators)
    counts = dict(looked.answer.reasons)
    counts["language"] = counts.get("language", 0) + strangers
    counts.pop("outbid", None)  # they could: nothing keeps them away
    return with_full(counts, len(looked.full))


def _kept_away(looked: Looked, people: Mapping[str, str]) -> list[KeptAway]:
    """Those not suitable by rule; whoever does not speak the language is only counted."""
    groups = dict(looked.kept_away)
    full = tuple(code for code in groups.get("excluded", ()) if code in looked.full)
    if full:
        groups[FULL_TODAY] = full
        groups["excluded"] = tuple(code for code in groups["excluded"] if code not in looked.full)
    strangers = looked.everybody - (len(looked.problem.mediators) if looked.problem else 0)
    if strangers:
        groups.setdefault("language", ())
    found = []
    for rule in in_order(groups):
        names = tuple(people[code] for code in groups[rule] if code in people)
        count = len(groups[rule]) + (strangers if rule == "language" else 0)
        if count:
            shown = names if rule != "language" and len(names) <= MOST_NAMES else ()
            found.append(KeptAway(rule_words(rule), count, shown))
    return found


def _changes(
    looked: Looked, people: Mapping[str, str], languages: Mapping[str, str], date: str, slot: Slot
) -> tuple[Change, ...]:
    """What would help, of whom the reader may choose; a visit that only stands elsewhere is the plan's affair."""
    if looked.answer is None:
        return ()
    free = {one.mediator for one in looked.choices if not one.against}
    return tuple(
        change_of(one, looked, people, languages, f"/requests/{date}/mediators?slot={slot.number}")
        for one in looked.answer.relaxations
        if one.kind not in DONE_BY_HAND
        and one.assignments[0].mediator in people
        and not (one.kind == "insert" and one.assignments[0].mediator in free)
    )


def _hopeless(looked: Looked, languages: Mapping[str, str]) -> str:
    """Why no small change helps, with the next step."""
    if looked.answer is None or looked.answer.hopeless is None:
        return ""
    match looked.answer.hopeless.verdict:
        case "language":
            spoken = ", ".join(languages.get(code, code) for code in looked.answer.hopeless.languages)
            return _("Nobody of the roster speaks %(language)s: look for somebody new.") % {"language": spoken}
        case "near":
            return _("No small change brings anybody. Agree on another day with the service.")
        case _:
            return _("Everybody is kept away by more than one rule. Agree on another day with the service.")


def _promise(session: Session, start: dt.datetime, now: dt.datetime) -> Promise | None:
    """What asking means at this moment, by the policy in force."""
    rule = how_to_ask(now, start, policy_in_force(session).offers)
    if rule is None:
        return None
    leaves = "" if rule.send_at <= now else deadline(rule.send_at, now)
    return Promise(deadline(rule.reply_by, now), leaves, at_night=rule.only_night_owls)
