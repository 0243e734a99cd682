# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for every page, for the tests and for who wants to look at the pages without a database."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from dispatch.web.forms import FormValues
from dispatch.web.status_words import WORDS
from dispatch.web.views.alerts import BlockedPhone, DeliveriesPage, Delivery, NoticeLine, NoticesPage
from dispatch.web.views.asking import AskingPage, AskingRow
from dispatch.web.views.attendance import AttendancePage, PhoneVisitPage, Said, VisitPage, VisitRow
from dispatch.web.views.doors import ErrorPage, LoginPage
from dispatch.web.views.exchange import CheckedPage, FindingLine, ImportPage, SheetLine, TemplateLink
from dispatch.web.views.inbox import InboxPage, Question, ReplyToRead, SettledReply
from dispatch.web.views.intake import (
    AppointmentRow,
    Chance,
    Criterion,
    DatePage,
    DatesPreview,
    RequestFormPage,
    RequestPage,
    RequestRow,
    RequestsPage,
    Step,
)
from dispatch.web.views.messages import MessagesPage, SampleText, TextLanguage
from dispatch.web.views.offers import (
    Booking,
    Bubble,
    EndedVisit,
    Handset,
    HandsetsPage,
    MediatorAgendaPage,
    OfferPage,
    OpenOffer,
)
from dispatch.web.views.page import Choice, FieldError, Filter, Filters, Flash, LanguageChoice, Pager, Reason, Viewer
from dispatch.web.views.planning import (
    AgendaDay,
    AgendaPage,
    AgendaRow,
    DiffLine,
    DraftReady,
    RunHint,
    RunPage,
    RunProgress,
    Unassigned,
    Visit,
)
from dispatch.web.views.policy import ChangeLine, Group, KeyLine, PolicyKeyPage, PolicyPage, PolicySection
from tests.dispatch.web.presence_samples import PRESENCE_PAGES
from tests.dispatch.web.register_samples import REGISTERS

MONDAY = dt.date(2026, 11, 23)
DESK = Viewer("Sara M.", "desk", "Istituto comprensivo Trescore Balneario")
COORDINATOR = Viewer("Marta R.", "coordinator", "Distretto Bergamo Est")


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """An instant of the sample week, given as UTC."""
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(hour, minute), dt.UTC)


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
    chance=Chance(4, 2, ("alle 11:00 sarebbero 4", "per telefono 6")),
    chance_url="/requests/chance",
    dates=DatesPreview(("mar 1 dic", "mar 15 dic"), "8/12 (festa)"),
    dates_url="/requests/dates",
    earliest=MONDAY,
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
    chance=Chance(4, 0, ("alle 11:00 sarebbero 4",)),
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
)
REQUEST = RequestPage(
    code="R-1042",
    title="arabo, mediazione linguistico-culturale",
    status="open",
    steps=(
        Step("Ricevuta", "done", at(-3, 8)),
        Step("Proposta", "now", at(-2, 9)),
        Step("Confermata", "next"),
        Step("Svolta", "next"),
    ),
    understood="Una persona che parla arabo, meglio se donna, martedì 24 novembre dalle 9:00 alle 10:30 all’IC Trescore.",
    criteria=(
        Criterion("Lingua", "arabo", True),
        Criterion("Genere", "donna", False),
        Criterion("Stesso mediatore", "Amina B.", False),
        Criterion("Luogo", "IC Trescore, via Lotto 12"),
        Criterion("Spostabile", "nello stesso giorno"),
    ),
    appointments=(
        AppointmentRow(1, at(1, 8), at(1, 9, 30), "confirmed", mediator="Amina B.", contact="tel. 333 1234567"),
        AppointmentRow(
            2, at(8, 8), at(8, 9, 30), "open", note="chiesto oggi alle 10:02", href="/requests/x", apart=True
        ),
    ),
    desk="Istituto comprensivo Trescore Balneario",
    next_sentence="Abbiamo chiesto a una mediatrice: risponde entro oggi alle 16:00. Se non può, chiediamo alla prossima.",
    notice="Manca più di 48 ore: l’annullamento non costa nulla.",
    can_change=True,
    can_cancel=True,
    history=((at(-3, 8), "richiesta ricevuta"), (at(-2, 9), "proposta a una mediatrice")),
)
PEOPLE = (
    ("Amina B.", "arabo, francese"),
    ("Bogdan R.", "romeno, russo"),
    ("Fatou D.", "wolof, francese"),
    ("Gurpreet S.", "punjabi, hindi, urdu"),
    ("Khadija M.", "arabo, amazigh"),
    ("Yonas G.", "tigrino, amarico"),
)
PLACES = (
    "Consultorio Seriate",
    "Prefettura Bergamo",
    "IC Ponte San Pietro",
    "Tutela minori Albino",
    "Ospedale Treviglio",
)
LIFE = ("booked", "published", "proposed", "booked", "withdrawn")


def visits(person: int, day: int) -> tuple[Visit, ...]:
    """Some visits of a day, never the same pattern twice in a row."""
    if (person + day) % 4 == 3 or day > 4:
        return ()
    many = 2 if (person * day) % 5 == 4 else 1
    return tuple(
        Visit(
            f"R-1{person}{day}{n}",
            at(day, 8 + person % 3 + 4 * n),
            at(day, 9 + person % 3 + 4 * n, 30),
            PLACES[(person + day + n) % 5],
            LIFE[(person * 2 + day + n) % 5],
            "/requests/R-1042",
            mode="phone" if (person + day) % 6 == 5 else "onsite",
            is_presence=(person + day) % 6 == 1,
        )
        for n in range(many)
    )


REASONS = (
    Reason("non parlano tigrino", 10),
    Reason("già impegnato in quell’ora", 1, "sposta alle 14:00: Yonas G.", "/requests/R-1051"),
    Reason("ha finito le ore della settimana", 1, "deroga di un’ora e mezza"),
)
UNASSIGNED = (
    Unassigned("R-1047", "/requests/R-1047", "bengalese", "PS Treviglio", at(1, 13, 30), at(1, 14), urgent=True),
    Unassigned(
        "R-1051",
        "/requests/R-1051",
        "tigrino",
        "Tutela minori Clusone",
        at(3, 9),
        at(3, 10),
        status="unfilled",
        asks=("continuità: Yonas G.",),
        reasons=REASONS,
    ),
    Unassigned("R-1055", "/requests/R-1055", "punjabi", "Anagrafe Romano di Lombardia", at(4, 10), at(4, 11)),
)
AGENDA_FILTERS = Filters(
    "/agenda",
    (
        Filter("ambito", "Ambito", "", (Choice("", "tutti"), Choice("BG05", "Val Cavallina"))),
        Filter("language", "Lingua", "", (Choice("", "tutte"), Choice("ar", "arabo"))),
        STATUSES,
        Filter("q", "Cerca"),
    ),
    keep=(("week", "2026-W48"),),
)
AGENDA = AgendaPage(
    title="Settimana 23–29 novembre 2026",
    week="2026-W48",
    previous="/agenda?week=2026-W47",
    following="/agenda?week=2026-W49",
    current="/agenda",
    days=tuple(AgendaDay(MONDAY + dt.timedelta(days=n), is_today=n == 1) for n in range(6)),
    rows=tuple(
        AgendaRow(name, spoken, "7,5", "18", tuple(visits(who, day) for day in range(6)), 20 + 15 * who)
        for who, (name, spoken) in enumerate(PEOPLE)
    ),
    unassigned=UNASSIGNED,
    filters=AGENDA_FILTERS,
    booked=38,
    waiting=6,
    run=RunHint("/planning/runs/7", "draft", 15),
    ready=(DraftReady("/planning/runs/8", MONDAY + dt.timedelta(days=7), MONDAY + dt.timedelta(days=20)),),
)


def line(number: int, was: str = "", reason: str = "") -> DiffLine:
    """One change of a draft."""
    name, language = PEOPLE[number % 6]
    return DiffLine(
        value=str(number),
        code=f"R-10{40 + number}",
        href=f"/requests/R-10{40 + number}",
        language=language.split(",")[0],
        desk=PLACES[number % 5],
        start=at(number % 5, 8 + number % 4),
        end=at(number % 5, 9 + number % 4, 30),
        mediator=name,
        was=was,
        reason=reason,
    )


SEARCHING = RunPage(RunProgress(7, "running", 57, 60, 0.3, 12, 60), "2026-W48", AGENDA.title)
DRAFT = RunPage(
    RunProgress(7, "draft", 57, 60, 0.3, 21, 60),
    "2026-W48",
    AGENDA.title,
    new=tuple(line(n, reason="libera, 18 km, 3 incontri con questo caso") for n in range(5)),
    moved=(line(6, "Khadija M., 9:00", "così Khadija va a Clusone"), line(7, "Bogdan R., 11:00", "meno strada")),
    set_aside=(line(8, reason="nel frattempo annullata dal servizio"),),
    locked=40,
    nobody=UNASSIGNED[:2],
    weeks=2,
    last_day=MONDAY + dt.timedelta(days=13),
)
PUBLISHED = RunPage(RunProgress(7, "published", 57, 60, 0.3), "2026-W48", AGENDA.title, locked=40, published=7)
FAILED = RunPage(
    RunProgress(7, "failed", 0, 60), "2026-W48", AGENDA.title, trouble="Il calcolo ha superato la memoria concessa."
)
BOOKED = Booking(
    at(1, 8),
    at(1, 9, 30),
    "IC Trescore Balneario",
    "Trescore Balneario",
    "arabo",
    "via Lotto 12",
    "Sara M., 035 123456",
)
LATER = Booking(at(2, 13), at(2, 14), "Consultorio Seriate", "Seriate", "arabo", "via Paderno 40")
OFFER = OfferPage(
    token="7fK2",
    agenda="/m/8gM3/agenda",
    first_name="Amina",
    status="waiting",
    start=at(1, 8),
    end=at(1, 9, 30),
    comune="Trescore Balneario",
    sector="scuola",
    language="arabo",
    kind="mediazione linguistico-culturale",
    reply_by=at(0, 15),
    now=at(0, 9),
    km=18,
    minutes=30,
    upcoming=(LATER,),
)
MY_AGENDA = MediatorAgendaPage(
    token="7fK2",
    agenda="/m/8gM3/agenda",
    first_name="Amina",
    now=at(0, 9),
    bookings=(BOOKED, LATER),
    offers=(OpenOffer("/m/9aB3", at(3, 9), at(3, 10), "Clusone", "arabo", at(0, 15)),),
    ended=(EndedVisit("/m/5bC6/visit", at(-1, 9), at(-1, 10), "IC Trescore"),),
    month_hours="22,5",
    calendar_url="/m/7fK2/agenda.ics",
)
ASKED = "Ponte: mar 24/11 9:00-10:30, arabo, Trescore Balneario (scuola). Puoi? Rispondi SI 412 o NO 412 entro le 16:00. Dettagli: ponte.example/m/7fK2"
HANDSETS = HandsetsPage(
    handsets=(
        Handset(
            "+393331234567", "Amina B.", "arabo, francese", (Bubble(ASKED, at(0, 9), True, "delivered"),), ("412",), 1
        ),
        Handset(
            "+393337654321",
            "Yonas G.",
            "tigrino, amarico",
            (
                Bubble(ASKED.replace("412", "388"), at(0, 8), True, "delivered"),
                Bubble("sì ma dopo le 15", at(0, 8, 20), False),
                Bubble(
                    "Ponte: ho passato la tua risposta a una persona, ti scrive presto.", at(0, 8, 21), True, "sent"
                ),
            ),
            ("388", "391"),
        ),
        Handset("+393330000001", "Fatou D.", "wolof, francese", (), ended_codes=("455",)),
    ),
    filters=Filters("/handsets", (Filter("q", "Cerca"), STATUSES)),
    total=110,
    waiting=2,
)
INBOX = InboxPage(
    (
        ReplyToRead(
            1,
            "Yonas G.",
            "+393337654321",
            "sì ma dopo le 15, 412",
            at(0, 8, 20),
            "/roster/m2",
            "italiano",
            "",
            "Dice più di un sì o di un no, e Ponte non indovina.",
            (
                Question(
                    7,
                    412,
                    at(3, 9),
                    at(3, 10),
                    "IC Trescore",
                    "waiting",
                    "ancora libero",
                    "/requests/R-7",
                    True,
                    True,
                    True,
                ),
                Question(8, 391, at(4, 9), at(4, 10), "CPIA", "accepted", "confermato", can_give_back=True),
                Question(9, 388, at(5, 9), at(5, 10), "CPIA", "expired", "non più disponibile"),
            ),
        ),
        ReplyToRead(
            2, "Amina B.", "+393331234567", "نعم ٤١٢", at(0, 9), "/roster/m1", "arabo", "sì a 412", "Troppe.", count=31
        ),
        ReplyToRead(3, "", "+393339999999", "chi è?", at(0, 9, 5), is_known=False),
    ),
    (ReplyToRead(4, "", "+393338888888", "ciao", at(0, 9, 5), count=3, is_known=False),),
    (SettledReply("Yonas G.", "sì ma dopo", "vuol dire sì a 388", "Marta", at(0, 9, 30)),),
)
FILTERED = Filters("/notices", (Filter("state", "Mostra", "", (Choice("", "da vedere"), Choice("seen", "visti"))),))
NOTICES = NoticesPage(
    (
        NoticeLine(
            1, at(0, 9), "Richiesta urgente: si è chiesto a tutti (4).", "danger", "it-error", "R-7", "/requests/R-7"
        ),
        NoticeLine(2, at(0, 8), "Un piano è pronto.", "info", "it-info-circle", seen_by="Marta", seen_at=at(0, 9)),
        NoticeLine(3, at(0, 8), "Linea ferma.", "danger", "it-error", "Apri", "/deliveries"),
    ),
    FILTERED,
    Pager("/notices", 1, 1, 3),
    3,
    2,
)
DELIVERIES = DeliveriesPage(
    (
        Delivery(
            at(0, 9),
            "+393337654321",
            "la proposta",
            "failed",
            "spento (30003)",
            "ha chiesto ad altri",
            "Yonas G.",
            "/roster/m2",
        ),
        Delivery(at(0, 9), "+393338888888", "a un numero sconosciuto", "in_doubt", "", "chiede al gestore"),
    ),
    (
        BlockedPhone("m2", "Yonas G.", "+393337654321", "numero inesistente", True),
        BlockedPhone("m3", "Lina", "+393331111111", "non vuole SMS", False),
    ),
    dataclasses.replace(FILTERED, action="/deliveries"),
    Pager("/deliveries", 1, 1, 2),
    2,
)
ARABIC = TextLanguage("ar", "العربية", 28, 1, "0,32 €")
MESSAGES = MessagesPage(
    (TextLanguage("it", "Italiano", 29, 0, "0,08 €", "redazione"), ARABIC),
    ARABIC,
    (
        SampleText("offer", "la proposta", "هل يمكنك؟ 412", "UCS-2", 120, 2, 2, "0,16 €", shortened=True),
        SampleText("agenda", "agenda", trouble="text has no ar translation"),
    ),
    "0,08 €",
    "rtl",
)
ASKING = AskingPage(
    (
        AskingRow("meno di 2 h", "tutti insieme", "oggi alle 10:10", "circa 5 minuti", "spesso mai", "82 %"),
        AskingRow("fino a 10 giorni", "uno alla volta", "domani alle 15:00", "circa 40 minuti", "circa 6 ore", "100 %"),
    ),
    "Dalle ultime 60 risposte.",
    "lun 23 nov, 10:00",
)
CHANGED = ChangeLine(at(0, 8), "20:30", "marta", at(0, 8), "Lo chiedono le mediatrici", "now")
COMING = ChangeLine(at(4, 8), "21:30", "root", at(0, 9), "Prova dell'équipe", "future")
QUIET_LINE = KeyLine(
    "/policy/offers.quiet_from", "Inizio del silenzio", "offers.quiet_from", "20:30", "21:00", CHANGED, (COMING,)
)
PEOPLE_LINE = KeyLine("/policy/offers.most_people", "Persone interpellate", "offers.most_people", "12", "12")
POLICY = PolicyPage(
    (
        PolicySection(
            "offers",
            "Proposte ai mediatori",
            (Group("Ore di silenzio.", (QUIET_LINE,)), Group("Quante persone al massimo.", (PEOPLE_LINE,))),
        ),
    ),
    changed=1,
    coming=1,
)
QUIET = PolicyKeyPage(
    QUIET_LINE,
    "Proposte ai mediatori",
    "Ore di silenzio.",
    "time",
    "Scrivi un'ora del giorno come 21:00.",
    (COMING, CHANGED),
    MONDAY,
    values=FormValues.of({"value": "20:30"}),
)
FAIRNESS = dataclasses.replace(QUIET, kind="table", columns=("da percento", "punti"), rows=3, history=())
REFUSED_KEY = dataclasses.replace(
    QUIET,
    kind="select",
    choices=(Choice("3", "giovedì"), Choice("4", "venerdì")),
    errors=(FieldError("value", "Scegli un giorno."), FieldError("why", "Scrivi perché.")),
)
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

IMPORT = ImportPage((TemplateLink("mediatori", "/import/templates/mediatori.csv", "codice, nome, cellulare"),), 2)
NO_FILE = dataclasses.replace(IMPORT, errors=(FieldError("files", "Nessun file scelto. Scegline uno."),))
CHECKED = CheckedPage(
    sheets=(
        SheetLine("luoghi", "luoghi.csv", 12, 0, 3, 0),
        SheetLine("mediatori", "elenco mediatori.xlsx", 58, 1, 0, 1),
    ),
    findings=(
        FindingLine(
            "elenco mediatori.xlsx",
            17,
            "Cellulare",
            "035 123456",
            "È un telefono fisso e non riceve SMS.",
            "Indica un cellulare, per esempio +39 333 123 4567.",
            True,
        ),
        FindingLine("luoghi.csv", 1, "Note", "Note", "Colonna non riconosciuta: viene ignorata.", "", False),
    ),
    more=3,
    outcome="Non è stato importato nulla: correggi le righe indicate e riprova.",
    parcel="eJw=",
    digest="3f2a9c01b7de",
    applied=False,
    errors_found=1,
    good=71,
    rejected=1,
    may_import=False,
    may_import_good=True,
)
IMPORTED = dataclasses.replace(
    CHECKED, findings=(), more=0, outcome="È stato importato tutto.", applied=True, errors_found=0, rejected=0
)
STYLE = {
    "page": RequestFormPage((), (), (), errors=(FieldError("wrong", "Scrivi qualcosa qui."),)),
    "families": WORDS,
}
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
    scopes=(Choice("this", "solo questa"), Choice("all", "tutte", "6 date")),
    mediator="Amina B.",
    notice="Manca più di 48 ore: l’annullamento non costa nulla.",
    apart=2,
)
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
    "agenda": (
        "planning/agenda.html",
        {"page": AGENDA, "flashes": (Flash("success", "Turni importati."),)},
        COORDINATOR,
    ),
    "run_searching": ("planning/run.html", {"page": SEARCHING}, COORDINATOR),
    "run_draft": ("planning/run.html", {"page": DRAFT}, COORDINATOR),
    "run_published": ("planning/run.html", {"page": PUBLISHED}, COORDINATOR),
    "run_failed": ("planning/run.html", {"page": FAILED}, COORDINATOR),
    "offer": ("offers/offer.html", {"page": OFFER}, None),
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
    "handsets": ("offers/handsets.html", {"page": HANDSETS}, COORDINATOR),
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
    "asking": ("offers/asking.html", {"page": ASKING}, COORDINATOR),
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
