# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for the agenda and the runs of the planner."""

from __future__ import annotations

import dataclasses
import datetime as dt

from dispatch.web.views.page import Choice, Filter, Filters, Pager, Reason
from dispatch.web.views.planning import (
    AgendaDay,
    AgendaPage,
    AgendaRow,
    DraftReady,
    RunHint,
    Unassigned,
    Visit,
)
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
