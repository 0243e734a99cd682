# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for the pages that say how a visit went."""

from __future__ import annotations

import dataclasses

from dispatch.web.views.attendance import AttendancePage, PhoneVisitPage, Said, VisitRow
from dispatch.web.views.page import Choice, FieldError, Filters, Pager
from tests.dispatch.web.intake_samples import STATUSES
from tests.dispatch.web.sample_week import at

ENDED = VisitRow(7, "R-1047", "IC Trescore", "Amina B.", at(0, 8), at(0, 9, 30), "awaited")
SAID = (
    Said("mediator", "Amina B.", "Svolto", "9:05–10:40", 24, "", at(0, 10)),
    Said("desk", "IC Trescore", "Persona assente", "", None, "non si è presentata", at(0, 11)),
)
CONTESTED = dataclasses.replace(ENDED, id=8, status="disputed", outcome="Svolto", sayings=SAID)
COUNTED = dataclasses.replace(ENDED, id=9, status="agreed", outcome="Svolto", minutes=95, real="9:05–10:40")
ATTENDANCE = AttendancePage(
    filters=Filters("/attendance", (STATUSES,)),
    rows=(CONTESTED, ENDED, COUNTED),
    pager=Pager("/attendance", 1, 1, 3),
    total=3,
    disputed=1,
    awaited=1,
)
OUTCOMES = (
    Choice("held", "Svolto"),
    Choice("interrupted", "Interrotto"),
    Choice("person_absent", "Persona assente"),
    Choice("mediator_absent", "Mediatore assente"),
    Choice("cancelled_late", "Annullato tardi"),
)
REFUSED_NOTE = FieldError("note", "La nota sembra contenere il nome di una persona. Toglilo.")
PHONE_VISIT = PhoneVisitPage(
    "/m/8gM3/agenda", "/m/7fK2/visit", "Amina", at(0, 8), at(0, 9, 30), "IC Trescore", OUTCOMES
)
