# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of presences, filled: a list, an empty one, the form, the form refused, and one presence with its dates."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from dispatch.web.forms import FormValues
from dispatch.web.views.page import Choice, FieldError, Filter, Filters, LanguageChoice, Viewer
from dispatch.web.views.presences import (
    Coverage,
    DateRow,
    PresenceFormPage,
    PresencePage,
    PresenceRow,
    PresencesPage,
)

MONDAY = dt.date(2026, 11, 30)
COORDINATOR = Viewer("Marta R.", "coordinator", "Distretto Bergamo Est")
COVERS = (Choice("always", "mai vuoto"), Choice("may_leave", "può uscire per un’urgenza"))
AMBITI = (Choice("BG05", "Val Cavallina"), Choice("BG06", "Seriate"))
PLACES = (Choice("ic-trescore", "IC Trescore, Trescore Balneario"), Choice("piazza", "Piazza Libertà, Seriate"))
NAMES = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
WEEKDAYS = tuple(
    Choice(word, name) for word, name in zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), NAMES, strict=True)
)
FILTERS = Filters(
    "/presences",
    (
        Filter("ambito", "Ambito", "", (Choice("", "tutti"), *AMBITI)),
        Filter("cover", "Copertura", "", (Choice("", "tutti"), *COVERS)),
        Filter("q", "Cerca"),
    ),
)
HIDING = Filters("/presences", (Filter("cover", "Copertura", "may_leave", COVERS),))


def days(*offsets: int) -> tuple[dt.date, ...]:
    return tuple(MONDAY + dt.timedelta(days=offset) for offset in offsets)


ROWS = (
    PresenceRow(
        "P-1001",
        "Sportello stranieri in segreteria",
        "Istituto comprensivo Trescore Balneario",
        "IC Trescore",
        "lunedì, giovedì, 9:00–13:00",
        "mai vuoto",
        "in corso",
        days(0, 3, 7),
        Coverage(8, 8),
    ),
    PresenceRow(
        "P-1002",
        "Mediazione in piazza",
        "Ambito Seriate",
        "Piazza Libertà",
        "martedì, 14:30–18:00, ogni due settimane",
        "può uscire per un’urgenza",
        "in corso",
        days(1, 15),
        Coverage(1, 2),
    ),
    PresenceRow(
        "P-1003",
        "Accoglienza CPIA",
        "CPIA Bergamo",
        "CPIA Bergamo",
        "venerdì, 8:30–12:30",
        "mai vuoto",
        "finito",
        (),
        Coverage(0, 0),
    ),
)
FORM = PresenceFormPage(
    desks=(Choice("ic-trescore", "Istituto comprensivo Trescore Balneario"), Choice("cpia", "CPIA Bergamo")),
    ambiti=AMBITI,
    places=PLACES,
    languages=(LanguageChoice("ar", "arabo", "العربية"), LanguageChoice("fr", "francese", "français")),
    mediators=(Choice("m1", "Amina B."), Choice("m2", "Yonas G.")),
    projects=(Choice("fami-2463", "FAMI 2463"),),
    weekdays=WEEKDAYS,
    kinds=(Choice("mediation", "mediazione"), Choice("territorial", "territoriale")),
    every=(Choice("week", "ogni settimana"), Choice("two_weeks", "ogni due settimane")),
    covers=COVERS,
    levels=(Choice("1", "lavoro"), Choice("2", "fluente"), Choice("3", "madrelingua")),
    earliest=MONDAY,
)
TYPED = FormValues.of(
    {"since": "2026-12-08", "name": "Mediazione in piazza", "weekdays": ["mon", "tue"], "from": "09:00", "to": "18:00"}
)
REFUSED = dataclasses.replace(
    FORM,
    action="/presences/P-1002/change",
    code="P-1002",
    name="Mediazione in piazza",
    values=TYPED,
    errors=(
        FieldError(
            "to",
            "Un turno dura al massimo 8 h, questo 9 h. Dividilo in due presidi: 09:00–13:30 e 13:30–18:00.",
        ),
    ),
)


def date(offset: int, status: str, mediator: str = "") -> DateRow:
    start = dt.datetime.combine(MONDAY + dt.timedelta(days=offset), dt.time(8), dt.UTC)
    return DateRow(start, start + dt.timedelta(hours=4), status, mediator)


ONE = PresencePage(
    code="P-1001",
    name="Sportello stranieri in segreteria",
    owner="Istituto comprensivo Trescore Balneario",
    understood="Mediazione presso IC Trescore. Lunedì, giovedì, 9:00–13:00, dal 30 novembre 2026 al 28 maggio 2027. Arabo. "
    "Mai vuoto. Si preferisce Amina B. Non nei giorni festivi.",
    state="in corso",
    coverage=Coverage(2, 4),
    upcoming=(date(0, "booked", "Amina B."), date(3, "booked", "Amina B."), date(7, "offered"), date(10, "unfilled")),
    past=(date(-4, "booked", "Amina B."),),
    request="R-1044",
    today=MONDAY,
    can_change=True,
    called_away=((dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC), dt.datetime(2026, 12, 10, 8, tzinfo=dt.UTC)),),
)
PRESENCE_PAGES: dict[str, tuple[str, dict[str, Any], Viewer | None]] = {
    "presences": ("presences/presences.html", {"page": PresencesPage(FILTERS, ROWS)}, COORDINATOR),
    "presences_none": ("presences/presences.html", {"page": PresencesPage(FILTERS, ())}, COORDINATOR),
    "presences_filtered": ("presences/presences.html", {"page": PresencesPage(HIDING, ())}, COORDINATOR),
    "presence_new": ("presences/form.html", {"page": FORM}, COORDINATOR),
    "presence_refused": ("presences/form.html", {"page": REFUSED}, COORDINATOR),
    "presence": ("presences/presence.html", {"page": ONE}, COORDINATOR),
}
