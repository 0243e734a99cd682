# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes a repeated POST harmless: the same key and body get the first answer again, another body is refused.

The key's row is inserted before the work, in its transaction. A second post with the same key waits at the unique
index until the first ends: then it finds the answer, or, where the first was refused, does the work itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.records.intake import IdempotencyKey
from dispatch.web.i18n import gettext as _

KEY_FORM = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
UNDER_WAY = 0


@dataclass(frozen=True)
class Answer:
    status_code: int
    body: dict[str, Any]
    replayed: bool = False


def once(
    session: Session, now: dt.datetime, caller: str, key: str | None, asked: object, work: Callable[[], Answer]
) -> Answer:
    """The answer of ``work``, done at most once per caller and key; without a key it is simply done."""
    if key is None:
        return work()
    if not KEY_FORM.fullmatch(key):
        raise _refused(key, _("An idempotency key has 1 to 200 printable signs."), _("Send a UUID."))
    fingerprint = hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
    if not _claim(session, now, caller[:80], key, fingerprint):
        return _first_answer(session, caller[:80], key, fingerprint)
    answer = work()
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.caller == caller[:80], IdempotencyKey.key == key)
        .values(status_code=answer.status_code, answer=answer.body)
    )
    return answer


def _claim(session: Session, now: dt.datetime, caller: str, key: str, fingerprint: str) -> bool:
    fresh = insert(IdempotencyKey).values(
        caller=caller, key=key, fingerprint=fingerprint, status_code=UNDER_WAY, answer={}, created_at=now
    )
    return session.execute(fresh.on_conflict_do_nothing().returning(IdempotencyKey.key)).scalar() is not None


def _first_answer(session: Session, caller: str, key: str, fingerprint: str) -> Answer:
    first = session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.caller == caller, IdempotencyKey.key == key)
    ).one()
    if first.fingerprint != fingerprint:
        raise _refused(key, _("This key was used for another request."), _("Use a new key for a new request."))
    return Answer(first.status_code, first.answer, replayed=True)


def _refused(key: str, message: str, remedy: str) -> NotUnderstood:
    return NotUnderstood(message, fields=(FieldProblem("Idempotency-Key", message, key, remedy),))
