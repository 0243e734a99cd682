# SPDX-License-Identifier: AGPL-3.0-or-later
"""The policy as its pages show it: shipped values, what is in force, who changed it, and what is still to come."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from config.policy import load_policy, with_changes
from config.policy_explained import Explained, explanations
from config.policy_ranges import allowed
from dispatch.access.actors import BY_ACCOUNT, account_names
from dispatch.errors import FieldProblem
from dispatch.kit.clock import at_home
from dispatch.kit.policy import policy_in_force
from dispatch.policy.asking import asking_changes
from dispatch.policy.figures import example
from dispatch.policy.queries import changes
from dispatch.policy.typed import as_typed, choices_of, in_words
from dispatch.policy.words import COLUMNS, SECTIONS, allowed_words, key_word, range_words
from dispatch.records.policy import PolicyChange
from dispatch.web.forms import FormValues
from dispatch.web.i18n import current_locale, gettext
from dispatch.web.views.asking import AskingChange
from dispatch.web.views.page import FieldError
from dispatch.web.views.policy import ChangeLine, Group, KeyLine, PolicyKeyPage, PolicyPage, PolicySection, Trial

Name = tuple[str, str]
People = Mapping[str, str]  # names by actor


@dataclass(frozen=True)
class Tried:
    """A value that the key may hold and nobody has put in force; in a class, since null is no value but tables may be."""

    value: Any


INPUTS = {"number": "number", "weekday": "select", "choice": "select", "truth": "select", "table": "table"}


def policy_page(session: Session, now: dt.datetime) -> PolicyPage:
    """Every key by section, in the order of the file."""
    rows = changes(session)
    lines = _lines(rows, now, account_names(session, {row.by for row in rows}))
    sections: dict[str, list[Group]] = defaultdict(list)
    for group in explanations(current_locale()):
        keys = tuple(lines[group.section, key] for key in group.keys)
        sections[group.section].append(Group(group.text, keys))
    return PolicyPage(
        tuple(PolicySection(code, gettext(SECTIONS[code]), tuple(groups)) for code, groups in sections.items()),
        changed=sum(line.is_changed for line in lines.values()),
        coming=sum(len(line.coming) for line in lines.values()),
    )


def key_page(
    session: Session,
    name: Name,
    now: dt.datetime,
    values: FormValues | None = None,
    problems: Sequence[FieldProblem] = (),
    tried: Tried | None = None,
) -> PolicyKeyPage:
    """The form of one key, with what was typed and why it was refused; ``tried`` is a value to see the effect of."""
    rows, may = changes(session, *name), allowed()[name]
    people = account_names(session, {row.by for row in rows})
    standing, today = _standing(rows, now), at_home(now).date()
    held = standing.value if standing and standing.value is not None else shipped_value(name)
    return PolicyKeyPage(
        key=_key_line(name, rows, now, people),
        section=gettext(SECTIONS[name[0]]),
        explanation=explained(name).text,
        kind=INPUTS.get(may.shown, "time" if may.shown in ("clock", "time") else "text"),
        hint=gettext("Write %(range)s.") % {"range": allowed_words(may)},
        history=tuple(_line(name, row, standing, now, people) for row in reversed(rows)),
        today=today,
        today_means=example(*name, held, today),
        tried=None if tried is None else _trial(session, name, held, tried, now),
        choices=choices_of(may),
        columns=tuple(gettext(column) for column in COLUMNS.get(".".join(name), ())),
        rows=may.rows or 0,
        values=values or FormValues.of(as_typed(may, held)),
        errors=tuple(FieldError(one.field, f"{one.message} {one.remedy}".strip()) for one in problems),
    )


def _trial(session: Session, name: Name, held: object, tried: Tried, now: dt.datetime) -> Trial:
    """What would be different: the example with the new value, and for the rules of asking how long filling takes."""
    section, key = name
    policy = policy_in_force(session)
    rows: tuple[AskingChange, ...] = ()
    if section == "offers":
        rows = asking_changes(session, policy, with_changes(policy, [(section, key, tried.value)]), now)
    value = in_words(allowed()[name], tried.value)
    means = example(section, key, tried.value, at_home(now).date())
    return Trial(value, means, rows, is_same=tried.value == held)


def explained(name: Name) -> Explained:
    return next(one for one in explanations(current_locale()) if one.section == name[0] and name[1] in one.keys)


def shipped_value(name: Name) -> object:
    return getattr(getattr(load_policy(), name[0]), name[1])


def _lines(rows: Sequence[PolicyChange], now: dt.datetime, people: People) -> dict[Name, KeyLine]:
    by_key: dict[Name, list[PolicyChange]] = defaultdict(list)
    for row in rows:
        by_key[row.section, row.key].append(row)
    return {name: _key_line(name, by_key[name], now, people) for name in allowed()}


def _key_line(name: Name, rows: Sequence[PolicyChange], now: dt.datetime, people: People) -> KeyLine:
    may, standing = allowed()[name], _standing(rows, now)
    shipped = in_words(may, shipped_value(name))
    held = standing.value if standing and standing.value is not None else shipped_value(name)
    change = None if standing is None else _line(name, standing, standing, now, people)
    return KeyLine(
        href=f"/policy/{'.'.join(name)}",
        label=key_word(*name),
        name=".".join(name),
        value=change.value if change else shipped,
        shipped=shipped,
        change=change,
        coming=tuple(_line(name, row, standing, now, people) for row in rows if row.since > now),
        range=range_words(may),
        example=example(*name, held, at_home(now).date()),
    )


def _standing(rows: Sequence[PolicyChange], now: dt.datetime) -> PolicyChange | None:
    begun = [row for row in rows if row.since <= now]
    return begun[-1] if begun else None


def _line(name: Name, row: PolicyChange, standing: PolicyChange | None, now: dt.datetime, people: People) -> ChangeLine:
    value = shipped_value(name) if row.value is None else row.value
    state = "future" if row.since > now else "now" if row is standing else "past"
    who = people.get(row.by, row.by.removeprefix(BY_ACCOUNT))
    return ChangeLine(row.since, in_words(allowed()[name], value), who, row.at, row.why, state)
