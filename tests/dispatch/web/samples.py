# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for every page, for the tests and for who wants to look at the pages without a database."""

from __future__ import annotations

import dataclasses
from typing import Any

from dispatch.web.forms import FormValues
from dispatch.web.status_words import WORDS
from dispatch.web.views.attendance import VisitPage
from dispatch.web.views.doors import ErrorPage, LoginPage
from dispatch.web.views.inbox import InboxPage
from dispatch.web.views.intake import (
    RequestFormPage,
    RequestsPage,
)
from dispatch.web.views.page import Choice, FieldError, Flash, Viewer
from tests.dispatch.web.attendance_samples import (
    ATTENDANCE,
    CONTESTED,
    ENDED,
    OUTCOMES,
    PHONE_VISIT,
    REFUSED_NOTE,
    SAID,
)
from tests.dispatch.web.exchange_samples import CHECKED, IMPORT, IMPORTED, NO_FILE
from tests.dispatch.web.intake_samples import (
    DATE,
    FORM,
    LIST_FILTERS,
    MONTH_CALENDAR,
    NO_MATCH,
    REFUSED,
    REQUEST,
    REQUESTS,
    WEEK_CALENDAR,
)
from tests.dispatch.web.offer_samples import BOOKED, DELIVERIES, HANDSET, HANDSETS, INBOX, MY_AGENDA, NOTICES, OFFER
from tests.dispatch.web.planning_samples import (
    AGENDA,
    DAY_OF_LANES,
    DRAFT,
    EMPTY_WEEK,
    FAILED,
    LAST_COPY,
    NO_SUCH_VISIT,
    NOVEMBER,
    PUBLISHED,
    RUNS,
    SEARCHING,
    SET_ASIDE,
    SHEET,
    WAITING,
)
from tests.dispatch.web.policy_samples import ASKING, FAIRNESS, MESSAGES, POLICY, QUIET, REFUSED_KEY, TRIED
from tests.dispatch.web.presence_samples import PRESENCE_PAGES
from tests.dispatch.web.register_samples import REGISTERS
from tests.dispatch.web.sample_week import COORDINATOR, DESK
from tests.dispatch.web.setup_samples import SETUP_PAGES

STYLE = {
    "page": RequestFormPage((), (), (), errors=(FieldError("wrong", "Scrivi qualcosa qui."),)),
    "families": WORDS,
}
# name of the picture: (template, context, who looks)
PAGES: dict[str, tuple[str, dict[str, Any], Viewer | None]] = {
    "login": ("login.html", {"page": LoginPage(demo=(Choice("marta", "Coordinamento", "ponte-demo"),))}, None),
    "error": ("error.html", {"page": ErrorPage(404, "La richiesta R-9999 non esiste.")}, DESK),
    "new_request": ("intake/new_request.html", {"page": FORM}, DESK),
    "new_request_refused": ("intake/new_request.html", {"page": REFUSED}, COORDINATOR),
    "requests": ("intake/requests.html", {"page": REQUESTS}, DESK),
    "requests_none": ("intake/requests.html", {"page": RequestsPage(LIST_FILTERS, ())}, DESK),
    "requests_filtered": ("intake/requests.html", {"page": RequestsPage(NO_MATCH, ())}, DESK),
    "request": ("intake/request.html", {"page": REQUEST}, DESK),
    "date": ("intake/date.html", {"page": DATE}, DESK),
    "desk_week": ("intake/calendar.html", {"page": WEEK_CALENDAR}, DESK),
    "desk_month": ("intake/calendar.html", {"page": MONTH_CALENDAR}, DESK),
    "agenda": (
        "planning/agenda.html",
        {"page": AGENDA, "flashes": (Flash("success", "Turni importati."),)},
        COORDINATOR,
    ),
    "run_searching": ("planning/run.html", {"page": SEARCHING, "run": SEARCHING.progress}, COORDINATOR),
    "run_draft": ("planning/run.html", {"page": DRAFT, "run": DRAFT.progress}, COORDINATOR),
    "run_published": ("planning/run.html", {"page": PUBLISHED, "run": PUBLISHED.progress}, COORDINATOR),
    "run_waiting": ("planning/run.html", {"page": WAITING, "run": WAITING.progress}, COORDINATOR),
    "run_set_aside": ("planning/run.html", {"page": SET_ASIDE, "run": SET_ASIDE.progress}, COORDINATOR),
    "runs": ("planning/runs.html", {"page": RUNS}, COORDINATOR),
    "policy_tried": ("policy/key.html", {"page": TRIED}, COORDINATOR),
    "run_failed": ("planning/run.html", {"page": FAILED, "run": FAILED.progress}, COORDINATOR),
    "agenda_empty": ("planning/agenda.html", {"page": EMPTY_WEEK}, COORDINATOR),
    "agenda_filtered": ("planning/agenda.html", {"page": NO_SUCH_VISIT}, COORDINATOR),
    "day": ("planning/day.html", {"page": DAY_OF_LANES}, COORDINATOR),
    "month": ("planning/month.html", {"page": NOVEMBER}, COORDINATOR),
    "sheet": ("planning/sheet.html", {"page": SHEET}, COORDINATOR),
    "last_copy": ("planning/sheet.html", {"page": LAST_COPY}, None),
    "database_away": ("error.html", {"page": ErrorPage(503, "La banca dati non risponde.", copy="/agenda/copy")}, None),
    "offer": ("offers/offer.html", {"page": OFFER}, None),
    "offer_yes": (
        "offers/offer.html",
        {
            "page": dataclasses.replace(
                OFFER,
                status="accepted",
                booking=BOOKED,
                note="Portare i moduli",
                month_hours="22,5",
                give_back="/m/7/withdraw",
            )
        },
        None,
    ),
    "my_agenda": ("offers/agenda.html", {"page": MY_AGENDA}, None),
    "attendance": ("attendance/attendance.html", {"page": ATTENDANCE}, COORDINATOR),
    "attendance_none": (
        "attendance/attendance.html",
        {"page": dataclasses.replace(ATTENDANCE, rows=(), total=0)},
        COORDINATOR,
    ),
    "visit_settled": (
        "attendance/visit.html",
        {"page": VisitPage(CONTESTED, OUTCOMES, "/attendance", settles=True)},
        COORDINATOR,
    ),
    "visit_refused": (
        "attendance/visit.html",
        {
            "page": VisitPage(
                ENDED,
                OUTCOMES,
                "/requests/R-1047",
                FormValues((("outcome", "held"), ("note", "con Maria Rossi"))),
                (REFUSED_NOTE,),
                confirm=True,
            )
        },
        DESK,
    ),
    "phone_visit": ("attendance/phone_visit.html", {"page": PHONE_VISIT}, None),
    "phone_visit_told": (
        "attendance/phone_visit.html",
        {"page": dataclasses.replace(PHONE_VISIT, said=SAID[0], errors=(REFUSED_NOTE,), confirm=True)},
        None,
    ),
    "handsets": ("offers/handsets.html", {"page": HANDSETS, "rehearses": True}, COORDINATOR),
    "handset": ("offers/handset.html", {"page": HANDSET, "rehearses": True}, COORDINATOR),
    **SETUP_PAGES,
    "inbox": ("offers/inbox.html", {"page": INBOX}, COORDINATOR),
    "inbox_read": ("offers/inbox.html", {"page": InboxPage((), (), INBOX.settled)}, COORDINATOR),
    "inbox_new": ("offers/inbox.html", {"page": InboxPage(())}, COORDINATOR),
    "notices": ("offers/notices.html", {"page": NOTICES}, COORDINATOR),
    "notices_none": (
        "offers/notices.html",
        {"page": dataclasses.replace(NOTICES, lines=(), total=0, unseen=0)},
        COORDINATOR,
    ),
    "deliveries": ("offers/deliveries.html", {"page": DELIVERIES}, COORDINATOR),
    "deliveries_none": (
        "offers/deliveries.html",
        {"page": dataclasses.replace(DELIVERIES, deliveries=(), blocked=(), total=0)},
        COORDINATOR,
    ),
    "asking": ("policy/asking.html", {"page": ASKING}, COORDINATOR),
    "messages": ("policy/messages.html", {"page": MESSAGES}, COORDINATOR),
    "policy": ("policy/policy.html", {"page": POLICY}, COORDINATOR),
    "policy_key": ("policy/key.html", {"page": QUIET}, COORDINATOR),
    "policy_table": ("policy/key.html", {"page": FAIRNESS}, COORDINATOR),
    "policy_refused": ("policy/key.html", {"page": REFUSED_KEY}, COORDINATOR),
    "import": ("exchange/import.html", {"page": IMPORT}, COORDINATOR),
    "import_refused": ("exchange/import.html", {"page": NO_FILE}, COORDINATOR),
    "import_checked": ("exchange/checked.html", {"page": CHECKED}, COORDINATOR),
    "import_done": ("exchange/checked.html", {"page": IMPORTED}, COORDINATOR),
    "style": ("style.html", STYLE, COORDINATOR),
    **PRESENCE_PAGES,
    **REGISTERS,
}
