# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for the pages of requests and their dates."""

from __future__ import annotations

import datetime as dt

from dispatch.web.forms import FormValues
from dispatch.web.views.desk_calendar import CalendarDay, CalendarRow, DeskCalendarPage, Meeting
from dispatch.web.views.intake import (
    AppointmentRow,
    Chance,
    Criterion,
    DatePage,
    DatesPreview,
    DraftLine,
    RequestFormPage,
    RequestPage,
    RequestRow,
    RequestsPage,
    Scope,
    ScopeDate,
    StateTab,
    Step,
    VisitTold,
    Way,
)
from dispatch.web.views.page import Choice, FieldError, Filter, Filters, LanguageChoice, Pager
from tests.dispatch.web.sample_week import MONDAY, at

LANGUAGES = (
    LanguageChoice("ar", "arabo", "العربية"),
    LanguageChoice("sq", "albanese", "shqip"),
    LanguageChoice("bn", "bengalese", "বাংলা"),
    LanguageChoice("ti", "tigrino", "ትግርኛ"),
)
FORM = RequestFormPage(
    languages=LANGUAGES,
    desks=(Choice("ic-trescore", "IC Trescore"),),
    places=(Choice("ic-trescore", "IC Trescore, via Lotto 12"), Choice("primaria-2", "Scuola primaria, via Roma 3")),
    mediators=(Choice("m1", "Amina B., 3 incontri"), Choice("m7", "Yonas G., 1 incontro")),
    skills=(Choice("minors", "minori"), Choice("health", "sanità")),
    projects=(Choice("fami-2463", "FAMI 2463"),),
    copies=(Choice("/requests/new?copy=R-1042", "R-1042 arabo", "mar 24 nov, colloquio scuola-famiglia"),),
    chance=Chance(
        4,
        2,
        (
            Way("alle 11:00 sarebbero 4", (("when-0-from", "11:00"),)),
            Way("per telefono 6", (("mode", "phone"),)),
        ),
    ),
    chance_url="/requests/chance",
    dates=DatesPreview(("mar 1 dic", "mar 15 dic"), "8/12 (festa)"),
    dates_url="/requests/dates",
    earliest=MONDAY,
    drafts=(DraftLine(7, "arabo, mediazione", "mar 24 nov", "il luogo", at(0, 8)),),
)
REFUSED = RequestFormPage(
    languages=LANGUAGES,
    desks=(Choice("ic-trescore", "IC Trescore"), Choice("cpia", "CPIA Bergamo")),
    places=FORM.places,
    values=FormValues.of({"kind": "interpreting", "languages-0-code": "xx", "when-0-from": "10:15", "note": "Aula 3"}),
    errors=(
        FieldError("languages-0-code", "Non conosciamo la lingua «xx». Scrivila in italiano, per esempio «arabo»."),
        FieldError("when-0-day", "Indica il giorno dell’incontro."),
        FieldError("place", "Indica il luogo, oppure scegli «al telefono» o «in video»."),
    ),
    warnings=(FieldError("note", "La nota sembra contenere un nome: toglilo, il mediatore non ne ha bisogno."),),
    chance=Chance(4, 0, (Way("alle 11:00 sarebbero 4", (("when-0-from", "11:00"),)),)),
)
STATUSES = Filter("status", "Stato", "", (Choice("", "tutti"), Choice("open", "in ricerca")))
LIST_FILTERS = Filters("/requests", (STATUSES, Filter("q", "Cerca")))
NO_MATCH = Filters("/requests", (STATUSES, Filter("q", "Cerca", "zulu")))
REQUESTS = RequestsPage(
    LIST_FILTERS,
    upcoming=(
        RequestRow(
            "R-1042", "arabo", "mediazione", "IC Trescore", at(1, 8), at(1, 9, 30), "confirmed", mediator="Amina B."
        ),
        RequestRow("R-1047", "bengalese", "interpretariato", "per telefono", at(1, 13), at(1, 14), "open", urgent=True),
        RequestRow("R-1051", "tigrino", "mediazione", "IC Trescore", at(3, 9), at(3, 10), "open", more=8),
        RequestRow("R-1060", "urdu", "mediazione", "Scuola primaria", None, None, "draft", family="request"),
    ),
    past=(
        RequestRow("R-0990", "albanese", "equipe", "IC Trescore", at(-6, 9), at(-6, 10), "held", mediator="Ornela T."),
    ),
    pager=Pager("/requests", 2, 9, 173),
    tabs=(StateTab("Tutte", 173, "/requests", current=True), StateTab("In ricerca", 3, "/requests?state=looking")),
    to_tell=(
        VisitTold(
            9, at(-1, 8), at(-1, 9), "Amina B.", "awaited", can_tell=True, request="R-0991", title="R-0991 arabo"
        ),
    ),
)
WAY = (
    Step("Ricevuta", "done", at(-3, 8)),
    Step("Proposta", "now", at(-2, 9)),
    Step("Confermata", "next"),
    Step("Svolta", "next"),
)
REQUEST = RequestPage(
    code="R-1042",
    title="arabo, mediazione linguistico-culturale",
    status="open",
    coming=(
        AppointmentRow(
            1,
            at(1, 8),
            at(1, 9, 30),
            "confirmed",
            mediator="Amina B.",
            steps=WAY,
            ahead=True,
            cost="Pagata.",
            late=True,
        ),
        AppointmentRow(
            2,
            at(8, 8),
            at(8, 9, 30),
            "open",
            next="L’abbiamo chiesto a una persona: risponde entro oggi alle 16:00.",
            href="/requests/x",
            apart=True,
            steps=WAY,
            ahead=True,
            cost="Nessuno ha ancora accettato: annullare non costa nulla.",
        ),
    ),
    over=(AppointmentRow(3, at(-7, 8), at(-7, 9), "held", mediator="Amina B.", steps=WAY),),
    understood="Una persona che parla arabo, meglio se donna, martedì 24 novembre dalle 9:00 alle 10:30 all’IC Trescore.",
    criteria=(
        Criterion("Lingua", "arabo", True),
        Criterion("Genere", "donna", False),
        Criterion("Stesso mediatore", "Amina B.", False),
        Criterion("Luogo", "IC Trescore, via Lotto 12"),
        Criterion("Spostabile", "nello stesso giorno"),
    ),
    desk="Istituto comprensivo Trescore Balneario",
    rule="Un incontro confermato si annulla senza costi fino a 48 ore prima.",
    can_change=True,
    can_cancel=True,
    can_repeat=True,
    told="6 date cambiate: 4 tengono il loro mediatore.",
    visits=(VisitTold(7, at(-7, 8), at(-7, 9), "Amina B.", "awaited", can_tell=True),),
    history=((at(-3, 8), "richiesta ricevuta"), (at(-2, 9), "proposta a una mediatrice")),
)
DATES = (
    ScopeDate(at(8, 8), at(8, 9, 30), "confirmed", "appointment", "Amina B.", "Pagata lo stesso.", late=True),
    ScopeDate(at(15, 8), at(15, 9, 30), "open", "appointment", cost="Non costa nulla.", left=True),
)
SCOPES = (Scope("this", "solo questa", DATES[:1]), Scope("all", "tutte", DATES))
DATE = DatePage(
    "R-1042",
    2,
    "arabo",
    at(8, 8),
    at(8, 9, 30),
    "confirmed",
    "appointment",
    FORM.places,
    FormValues.of({"when-day": "2026-12-01", "when-from": "09:00", "duration": "90", "mode": "onsite", "people": "1"}),
    errors=(FieldError("when-day", "Questo giorno è passato. Scegli un giorno dal 22 novembre in poi."),),
    changing=SCOPES,
    cancelling=SCOPES,
    mediator="Amina B.",
    cost="Amina B. ha accettato: annullare non costa nulla fino a domani alle 9:00.",
    apart=2,
    over=1,
)


def _calendar(view: str, columns: int, heads: tuple[str, ...]) -> DeskCalendarPage:
    meeting = Meeting("/requests/R-1042", at(1, 8), at(1, 9, 30), "arabo", "confirmed", mediator="Amina B.")
    days = [MONDAY + dt.timedelta(days=number) for number in range(columns)]
    cells = tuple(CalendarDay(day, (meeting,) if day == days[1] else (), today=day == days[0]) for day in days)
    return DeskCalendarPage(
        view,
        "Settimana dal 23 novembre 2026",
        cells,
        tuple(CalendarRow(head, cells) for head in heads),
        "/requests/calendar?day=2026-11-16",
        "/requests/calendar?day=2026-11-30",
        "/requests/calendar",
        (Choice("/requests/calendar?view=week", "Settimana", "week"), Choice("?view=month", "Mese", "month")),
        len(heads),
        "IC Trescore",
        since=at(-3, 8),
        address="https://ponte.example/requests/calendar/abc.ics" if view == "month" else "",
    )


WEEK_CALENDAR = _calendar("week", 5, ("Mattina", "Pomeriggio"))
MONTH_CALENDAR = _calendar("month", 7, ("1", "2", "3", "4"))
