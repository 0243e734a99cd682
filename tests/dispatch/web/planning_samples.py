# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for the agenda and the runs of the planner."""

from __future__ import annotations

import dataclasses
import datetime as dt

from dispatch.web.views.agenda import (
    AgendaDay,
    AgendaHead,
    AgendaPage,
    AgendaRow,
    Cell,
    DayPage,
    DraftReady,
    Idle,
    Lane,
    MonthDay,
    MonthPage,
    RunHint,
    SheetDay,
    SheetLine,
    SheetPage,
    Turn,
    Visit,
)
from dispatch.web.views.page import Choice, Filter, Filters, Pager, Reason
from dispatch.web.views.planning import Unassigned
from dispatch.web.views.runs import (
    Choice as Chosen,
)
from dispatch.web.views.runs import (
    DiffLine,
    Recipient,
    RunLine,
    RunPage,
    RunProgress,
    RunsPage,
    SearchPicture,
    SearchTrouble,
    Told,
    Totals,
)
from tests.dispatch.web.intake_samples import STATUSES
from tests.dispatch.web.sample_week import MONDAY, at

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
HEAD = AgendaHead(
    week="2026-W48",
    previous="/agenda?week=2026-W47",
    current="/agenda?week=2026-W48",
    following="/agenda?week=2026-W49",
    filters=AGENDA_FILTERS,
    turns=(
        Turn("Giorno", "/agenda?view=day&day=2026-11-24"),
        Turn("Settimana", "/agenda?week=2026-W48", True),
        Turn("Mese", "/agenda?view=month&day=2026-11-01"),
    ),
    sheet=Turn("Stampa domani", "/agenda/sheet?day=2026-11-25"),
    run=RunHint("/planning/runs/7", "draft", 15),
    ready=(DraftReady("/planning/runs/8", MONDAY + dt.timedelta(days=7), MONDAY + dt.timedelta(days=20)),),
)
FREE = (Idle("Luz P.", "spagnolo", "/roster/luz", "8:00–13:00"),)
AGENDA = AgendaPage(
    title="Settimana 23–28 nov 2026",
    head=HEAD,
    days=tuple(AgendaDay(MONDAY + dt.timedelta(days=n), n == 1, href="/agenda?view=day") for n in range(6)),
    rows=tuple(
        AgendaRow(name, spoken, "7,5", "18", tuple(visits(who, day) for day in range(6)), 20 + 25 * who, key=str(who))
        for who, (name, spoken) in enumerate(PEOPLE)
    ),
    unassigned=UNASSIGNED,
    idle=FREE,
    booked=38,
    waiting=6,
)
EMPTY_WEEK = dataclasses.replace(AGENDA, rows=(), unassigned=(), idle=())
NO_SUCH_VISIT = dataclasses.replace(
    EMPTY_WEEK,
    head=dataclasses.replace(HEAD, filters=dataclasses.replace(AGENDA_FILTERS, items=(Filter("q", "Cerca", "zzz"),))),
)


def lane(who: int) -> Lane:
    """A morning: free, a visit, the road to the next, a course, and an afternoon that is no shift of hers."""
    name, spoken = PEOPLE[who]
    one, other = (visits(who, 0) * 2 or visits(who + 1, 0) * 2)[:2]
    cells = (
        Cell(12 + who, "free"),
        Cell(18, "visit", one),
        Cell(5, "tight" if who == 2 else "road", minutes=23),
        Cell(12, "visit", other),
        Cell(24, "busy", text="Corso sulla privacy"),
        Cell(49 - who, "off"),
    )
    lines = (cells, (Cell(30, "free"), Cell(90, "off"))) if who == 1 else (cells,)
    return Lane(name, spoken, "7,5", "18", lines, f"/roster/{who}", str(who))


DAY_OF_LANES = DayPage(
    title="Lunedì 23 novembre 2026",
    head=HEAD,
    hours=tuple(f"{hour}:00" for hour in range(8, 18)),
    steps=12,
    lanes=tuple(lane(who) for who in range(5)),
    unassigned=UNASSIGNED,
    idle=FREE,
    holiday="Patrono",
    booked=8,
    waiting=2,
)
GLANCES = tuple(
    MonthDay(
        MONDAY + dt.timedelta(days=n - 28), "/agenda?view=day", n == 29, n < 6, "Ognissanti" if n == 6 else "", n, 2, 1
    )
    for n in range(35)
)
NOVEMBER = MonthPage(
    title="Novembre 2026",
    head=HEAD,
    weekdays=tuple(day.date for day in GLANCES[:7]),
    weeks=tuple(GLANCES[n : n + 7] for n in range(0, 35, 7)),
    booked=300,
    waiting=20,
    missing=7,
)
ON_PAPER = tuple(
    SheetLine(at(0, 8 + n), at(0, 9 + n), PLACES[n], "arabo", "booked", "phone" if n else "onsite") for n in range(3)
)
SHEET = SheetPage(
    days=(SheetDay(MONDAY, tuple((name, ON_PAPER) for name, _ in PEOPLE), ON_PAPER[:1], 2, 19),),
    made_at=at(0, 7),
    ambito="Val Cavallina",
    turns=(Turn("oggi", "/agenda/sheet?day=2026-11-23", True), Turn("domani", "/agenda/sheet?day=2026-11-24")),
)
LAST_COPY = dataclasses.replace(
    SHEET, is_copy=True, turns=(), days=(*SHEET.days, SheetDay(MONDAY + dt.timedelta(days=1), ()))
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


PICTURE = SearchPicture(480, 96, "M4 92H80V40H120", "M4 4H120V30", "Valore del piano: 41000 ora")
MARTA = Told("Marta R.", at(0, 9))
RUN_FILTERS = Filters(
    "/planning/runs/7",
    (
        Filter("ambito", "Ambito", "", (Choice("BG05", "Val Cavallina"),)),
        Filter("kind", "Tipo di servizio", "mediation", (Choice("mediation", "mediazione"),)),
        Filter("change", "Che cosa cambia", "", (Choice("new", "nuove"), Choice("locked", "ferme"))),
    ),
)
REFUSED = dataclasses.replace(line(9), refused="Gurpreet S. sarebbe altrove: R-1048 non è accettata e resta com'è")
SEARCHING = RunPage(
    RunProgress(7, "running", 57, 60, 0.3, 12, 60, "Prova scambi fra mediatori", "2 posti in più", PICTURE),
    "2026-W48",
    AGENDA.title,
    asked=MARTA,
)
WAITING = RunPage(RunProgress(7, "asked", 0, 0, waits=True), "2026-W48", AGENDA.title, asked=MARTA)
DRAFT = RunPage(
    RunProgress(7, "draft", 57, 60, 0.3, 21, 60),
    "2026-W48",
    AGENDA.title,
    asked=MARTA,
    filters=RUN_FILTERS,
    totals=Totals(6, 2, 1, 40, 2),
    new=tuple(line(n, reason="libera, 18 km, 3 incontri con questo caso") for n in range(5)),
    moved=(line(6, "Khadija M.", "non è disponibile a quell'ora"), line(7, "Bogdan R.", "12 punti meglio")),
    dropped=(dataclasses.replace(line(8, "Yonas G."), mediator="nessuno", sms=0, accepted=False),),
    locked=(line(11),),
    elsewhere=("9",),
    choice=Chosen(8, 9, (Recipient("Amina B.", 3), Recipient("Fatou D.", 1)), ("Yonas G.",), (REFUSED,)),
    nobody=UNASSIGNED[:2],
    weeks=2,
    last_day=MONDAY + dt.timedelta(days=13),
    warning="Qualcuno è arrivato prima.",
)
PUBLISHED = RunPage(
    RunProgress(7, "published", 57, 60, 0.3),
    "2026-W48",
    AGENDA.title,
    asked=MARTA,
    settled=MARTA,
    totals=Totals(7, 0, 0, 40, 0),
    set_aside=(line(8, reason="nel frattempo annullata dal servizio"),),
    published=7,
    left=1,
    became=(("booked", 5), ("published", 2)),
)
SET_ASIDE = RunPage(
    RunProgress(7, "set_aside", 57, 60, 0.3), "2026-W48", AGENDA.title, newer="/planning/runs/8", nobody=UNASSIGNED[:1]
)
FAILED = RunPage(
    RunProgress(7, "failed", 0, 60),
    "2026-W48",
    AGENDA.title,
    trouble=SearchTrouble("È mancata la memoria", "Pianifica meno settimane.", "the planner reached its memory limit"),
)
RUNS = RunsPage(
    (
        RunLine(
            "/planning/runs/7",
            MARTA,
            "2026-W48",
            2,
            "published",
            False,
            57,
            60,
            "41.200",
            0.3,
            12,
            1,
            2,
            (("booked", 9),),
            MARTA,
        ),
        RunLine("/planning/runs/6", Told("", at(0, 8)), "2026-W48", 1, "failed", True),
    ),
    Filters("/planning/runs", (Filter("kind", "Tipo", "", (Choice("", "piani"), Choice("all", "tutti"))),)),
    Pager("/planning/runs", 1, 3, 60),
)
