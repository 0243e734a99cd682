# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which dates a series will make, shown while it is written; and what was said of some of its dates afterwards."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from dispatch.appointments.findings import Findings
from dispatch.intake.decisions import Before, Days, expand
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import Repeat, When
from dispatch.intake.series import changes_in
from dispatch.intake.understood import left_out_words, since_words
from dispatch.kit.clock import at_home
from dispatch.records.intake import Request
from dispatch.web import moments
from dispatch.web.i18n import gettext as _
from dispatch.web.views.intake import DatesPreview
from dispatch.web.views.page import FieldError


def preview(reader: Reader, body: dict[str, Any]) -> DatesPreview | None:
    """The dates of a half-written form, or None as long as it does not say that something comes back, until when."""
    try:
        when = [When.model_validate(entry) for entry in body["when"]]
        repeat, duration = Repeat.model_validate(body["repeat"]), int(body.get("duration", 60))
    except (KeyError, TypeError, ValueError, ValidationError):
        return None
    findings, before = Findings(), Before(changes_in(body))
    found = expand(Days(when, repeat, duration, reader.now, reader.policy, reader.closures, before), findings)
    for problem in findings.problems:
        return DatesPreview(trouble=f"{problem.message} {problem.remedy}")
    years = {at_home(one.asked).year for one in found.occurrences}
    shown = moments.short_day if len(years) == 1 else moments.short_date
    return DatesPreview(tuple(shown(one.asked) for one in found.occurrences), left_out_words(found.left_out))


def later_words(request: Request) -> tuple[FieldError, ...]:
    """What the form of the whole request does not show: answers that hold from some day on, and dates on their own."""
    said = [
        _("From %(day)s on: %(what)s. Changing the same answer here changes it for all dates.")
        % {"day": moments.day(change.since), "what": ", ".join(since_words(change))}
        for change in changes_in(request.body)
    ]
    if any(row.own is not None for row in request.appointments):
        said.append(_("Dates that were changed by themselves stay as they are."))
    return tuple(FieldError("when-0-day", words) for words in said)
