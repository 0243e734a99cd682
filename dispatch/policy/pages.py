# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's pages of the policy: all of it, and one key with its history and the form that changes it."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from config.policy import with_changes
from config.policy_order import ORDERS as RULES
from config.policy_ranges import allowed
from config.policy_trouble import PolicyError
from dispatch.access.audit import last_change
from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotFound, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.kit.locks import lock_policy
from dispatch.kit.notes import tax_code_in
from dispatch.kit.policy import policy_in_force
from dispatch.policy import asking_pages, messages_pages
from dispatch.policy.service import change_key
from dispatch.policy.shown import Name, Tried, key_page, policy_page
from dispatch.policy.since import read_since
from dispatch.policy.typed import FIELD, cell, read
from dispatch.policy.words import ORDERS, allowed_words, key_word
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render

MOST_FIELDS = 40
LONGEST_WHY = 300
router = APIRouter(include_in_schema=False)
router.include_router(asking_pages.router)
router.include_router(messages_pages.router, prefix="/policy")
Key = Annotated[str, Path(pattern=r"^[a-z_]{2,32}\.[a-z0-9_]{2,64}$")]


async def typed_in(request: Request) -> FormValues:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return FormValues(tuple((name, value) for name, value in form.multi_items() if isinstance(value, str)))


Typed = Annotated[FormValues, Depends(typed_in)]


@router.get("/policy")
def see_policy(request: Request, session: Work) -> Response:
    return render(request, "policy/policy.html", page=policy_page(session, now(session)))


@router.get("/policy/{policy_key}")
def see_key(request: Request, policy_key: Key, session: Work) -> Response:
    return render(request, "policy/key.html", page=key_page(session, _named(policy_key), now(session)))


@router.post("/policy/{policy_key}")
def change(request: Request, policy_key: Key, session: Work, who: Who, values: Typed) -> Response:
    """The page of all keys, or the form with what was typed and everything that needs a change."""
    name, moment = _named(policy_key), now(session)
    if values.get("try"):
        return _try(request, session, name, moment, values)
    lock_policy(session)
    try:
        standing = key_page(session, name, moment).values
        refuse_overwriting(values, standing, lambda: last_change(session, "policy", policy_key))
        _change(session, moment, who.actor, name, values)
    except ChangedMeanwhile as other:
        page = key_page(session, name, moment, other.values)
        return render(request, "policy/key.html", page=page, status_code=other.status)
    except NotUnderstood as refused:
        page = key_page(session, name, moment, values, refused.fields)
        return render(request, "policy/key.html", page=page, status_code=422)
    return RedirectResponse(f"/policy#{policy_key}", 303)


def _try(request: Request, session: Session, name: Name, moment: dt.datetime, values: FormValues) -> Response:
    """What the typed value would change; nothing is kept, and nothing typed is lost."""
    try:
        value: Any = read(*name, allowed()[name], values)
        with_changes(policy_in_force(session), [(*name, value)])
    except PolicyError as trouble:
        page = key_page(session, name, moment, values, (_told(name, trouble),))
        return render(request, "policy/key.html", page=page, status_code=422)
    page = key_page(session, name, moment, values, tried=Tried(value))
    return render(request, "policy/key.html", page=page)


def _change(session: Session, moment: dt.datetime, by: str, name: Name, values: FormValues) -> None:
    """Everything wrong is told at once; only a whole answer is tried."""
    problems: list[FieldProblem] = []
    since = read_since(values, moment, problems)
    why = values.get("why").strip().replace("\x00", "")
    if not why:
        problems.append(FieldProblem("why", _("It is empty."), "", _("Say why: whoever asks later finds it here.")))
    if tax_code_in(why) is not None:
        remedy = _("Remove it: nothing here may name the person served.")
        problems.append(FieldProblem("why", _("This text has a tax code in it."), why, remedy))
    if len(why) > LONGEST_WHY:
        problems.append(
            FieldProblem("why", _("It is too long."), why, _("At most %(most)s characters.") % {"most": LONGEST_WHY})
        )
    try:
        value: Any = None if values.get("shipped") else read(*name, allowed()[name], values)
        if not problems and since is not None:
            change_key(session, moment, by, *name, value, since, why)
    except PolicyError as trouble:
        problems.insert(0, _told(name, trouble))
    if problems:
        raise NotUnderstood(_("The change cannot be made."), fields=tuple(problems))


def _told(name: Name, trouble: PolicyError) -> FieldProblem:
    """Key, value and range in the reader's words; the first input of the value is where to mend it."""
    may = allowed()[name]
    where = cell(0, 0) if may.columns else FIELD
    if trouble.order:
        keys = next(rule.keys for rule in RULES if rule.name == trouble.order)
        named = ", ".join(f"«{key_word(*key)}»" for key in keys)
        return FieldProblem(where, f"{named}: {_(ORDERS[trouble.order])}.", trouble.value)
    label = key_word(trouble.section, trouble.key)
    message = _("%(key)s cannot be «%(value)s».") % {"key": label, "value": _short(trouble.value)}
    remedy = _("Write %(range)s.") % {"range": allowed_words(trouble.allowed or may)}
    return FieldProblem(where, message, trouble.value, remedy)


def _short(value: object) -> str:
    """A value as it was typed; of a table its rows, with a dash where nothing readable stands."""
    if isinstance(value, list):
        return "; ".join(", ".join("–" if one is None else str(one) for one in row) for row in value)
    return str(value)[:60]


def _named(policy_key: str) -> Name:
    section, _dot, key = policy_key.partition(".")
    if (section, key) not in allowed():
        raise NotFound(_("The policy has no key %(key)s. Choose one from the list.") % {"key": policy_key})
    return section, key
