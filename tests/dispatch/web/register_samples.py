# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for every page of the registers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dispatch.web.choices import KINDS, MODES, choices
from dispatch.web.forms import FormValues
from dispatch.web.register_words import BODIES, GENDERS, LEVELS, REMINDERS, SECTORS, means_choices, skill_choices
from dispatch.web.views.page import Choice, FieldError, Filter, Filters, LanguageChoice, Pager, Viewer
from dispatch.web.views.registers import BookedVisit, RegisterForm
from dispatch.web.views.roster import (
    AvailabilityPage,
    Clash,
    Departure,
    LeavingPage,
    MediatorForm,
    MediatorHead,
    MediatorRow,
    MyAvailabilityPage,
    MyCalendarPage,
    MyCell,
    MyChoicesPage,
    MyDay,
    MyWeekPage,
    RosterPage,
    ShiftRow,
)
from dispatch.web.views.territory import (
    BudgetRow,
    DeskRow,
    ListPage,
    OrganisationRow,
    PlaceRow,
    ProjectForm,
    ProjectRow,
)
from tests.dispatch.web.sample_week import at

MARTA = Viewer("Marta R.", "coordinator", "Distretto Bergamo Est")
NINE = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
TEN = NINE + dt.timedelta(hours=1)
AMINA = MediatorHead("m1", "Amina B.", "gli SMS non arrivano")
VISITS = (BookedVisit("R-1047", "Consultorio di Trescore", NINE, TEN, "booked"),)
BUDGET = BudgetRow("BG05", "Val Cavallina", "20 h", "21 h", "0 min", is_over=True)
SEARCH = Filters("/places", (Filter("q", "Nome"),))
ONE = Pager("/places", 1, 1, 1)


def listed(*rows: PlaceRow | DeskRow | OrganisationRow | ProjectRow) -> ListPage:
    return ListPage(rows, SEARCH, ONE, len(rows))


FORM = RegisterForm(
    "/desks/ic",
    FormValues.of({"name": "IC Trescore", "active": "true"}),
    (FieldError("sms_label", "Scrivi almeno un carattere."),),
    "ic",
    "IC Trescore",
    {
        "comuni": (Choice("Casazza", "BG05"),),
        "places": (Choice("ic", "IC Trescore"),),
        "organisations": (Choice("ente", "Ente"),),
        "projects": (Choice("fami", "FAMI"),),
        "ambiti": (Choice("BG05", "BG05 Val Cavallina"),),
        "sectors": choices(SECTORS),
        "roles": choices(BODIES),
    },
)
PROJECT = ProjectForm(
    "/projects/fami",
    FormValues.of({"name": "FAMI", "budgets-0-ambito": "BG05", "budgets-0-hours": "20"}),
    (FieldError("budgets-0-hours", "Sono prenotate 21 h."),),
    "fami",
    "FAMI",
    {"kinds": choices(KINDS), "ambiti": (Choice("BG05", "BG05 Val Cavallina"),)},
    {"BG05": BUDGET},
    2,
    VISITS,
)
MEDIATOR = MediatorForm(
    "/roster/m1",
    FormValues.of({"name": "Amina B.", "skills": "health", "where": "these", "languages-0-code": "arabo"}),
    (FieldError("phone", "Questo non è un cellulare."),),
    "m1",
    "Amina B.",
    {
        "genders": choices(GENDERS),
        "levels": choices(LEVELS),
        "kinds": choices(KINDS),
        "modes": choices(MODES),
        "skills": skill_choices(),
        "reminders": choices(REMINDERS),
        "means": means_choices(),
        "written": (Choice("it", "italiano"),),
        "organisations": (Choice("coop", "Cooperativa"),),
        "ambiti": (Choice("BG05", "BG05 Val Cavallina"),),
        "where": (Choice("anywhere", "dappertutto"), Choice("these", "solo in questi ambiti")),
    },
    AMINA,
    (LanguageChoice("ar", "arabo", "العربية"),),
    ("Casazza",),
    2,
)
DEPARTURES = (
    Departure("absence", NINE - dt.timedelta(hours=9), TEN + dt.timedelta(hours=13), whole_days=True),
    Departure("extra", NINE, TEN),
    Departure("course", NINE, TEN, "Privacy", "online"),
)
WEEK = FormValues.of({"shift-0-day": "0", "shift-0-from": "08:00", "shift-0-to": "13:00", "shift-1-day": "0"})
AVAILABILITY = AvailabilityPage(
    AMINA,
    WEEK,
    (ShiftRow(0, 0), ShiftRow(1, 0)),
    (FieldError("shift-1-from", "Si sovrappone."),),
    departures=DEPARTURES,
    places=(Choice("ic", "IC Trescore"),),
    visits=VISITS,
    asked=(("absence-first", "2026-11-24"),),
    asked_at="/roster/m1/absences",
)
CLASH = Clash("lun 8:00-13:00", "lun 12:00-14:00", (Choice("join:0:1", "Uniscili"), Choice("keep:0:1", "Tieni")))
CLASHING = AvailabilityPage(AMINA, WEEK, (ShiftRow(0, 0), ShiftRow(1, 0)), clashes=(CLASH,))
ROW = MediatorRow("m1", "Amina B.", "arabo", "Coop", "Casazza", "al massimo 18 h", "", "+393330000000", "", NINE, TEN)
GONE = MediatorRow("m2", "Bo O.", "cinese", "Coop", "Casazza", "", "", "+393330000001", "non vuole SMS", active=False)
MINE = MyAvailabilityPage(
    "Amina",
    "/my",
    tuple(
        MyDay(
            NINE.date() + dt.timedelta(days=n),
            (MyCell("morning", "free"), MyCell("afternoon", "part", 2), MyCell("evening", "busy", is_over=n == 0)),
        )
        for n in range(14)
    ),
    DEPARTURES,
    NINE.date(),
    FormValues(),
    (FieldError("absence-last", "Finisce prima di cominciare."),),
    VISITS,
)
MY_WEEK = MyWeekPage(
    "Amina", "/my", WEEK, tuple(ShiftRow(n, n) for n in range(7)), (FieldError("shift-1-from", "Si sovrappone."),)
)
MY_CALENDAR = MyCalendarPage("Amina", "/m/8gM3", f"https://ponte.example/feeds/{'x9' * 21}.ics", at(0, 9))
MY_CHOICES = MyChoicesPage("Amina", "/my", choices(REMINDERS), (Choice("it", "italiano"),), "evening", "it", True)
NEW = RegisterForm("/places/new", FormValues(), options=FORM.options)
LEAVING = LeavingPage(AMINA, VISITS, NINE.date())

Page = tuple[str, dict[str, Any], Viewer | None]
REGISTERS: dict[str, Page] = {
    "roster": ("roster/list.html", {"page": RosterPage((ROW, GONE), SEARCH, ONE, 2)}, MARTA),
    "roster_none": ("roster/list.html", {"page": RosterPage((), SEARCH, ONE, 0)}, MARTA),
    "mediator": ("roster/mediator.html", {"page": MEDIATOR}, MARTA),
    "availability": ("roster/availability.html", {"page": AVAILABILITY}, MARTA),
    "availability_clash": ("roster/availability.html", {"page": CLASHING}, MARTA),
    "leaving": ("roster/leaving.html", {"page": LEAVING}, MARTA),
    "my_availability": ("roster/mine.html", {"page": MINE}, None),
    "my_week": ("roster/my_week.html", {"page": MY_WEEK}, None),
    "my_choices": ("roster/my_choices.html", {"page": MY_CHOICES}, None),
    "my_calendar": ("roster/my_calendar.html", {"page": MY_CALENDAR}, None),
    "places": ("territory/places.html", {"page": listed(PlaceRow("ic", "IC", "", "Casazza", "BG05", 2))}, MARTA),
    "desks": (
        "territory/desks.html",
        {"page": listed(DeskRow("ic", "IC", "scuola", "Ente", "IC", "Casazza", office="BG05", active=False))},
        MARTA,
    ),
    "organisations": (
        "territory/organisations.html",
        {"page": listed(OrganisationRow("coop", "Coop", "impiega", 0, 3))},
        MARTA,
    ),
    "projects": (
        "territory/projects.html",
        {"page": listed(ProjectRow("fami", "FAMI", NINE.date(), NINE.date(), (BUDGET,)))},
        MARTA,
    ),
    "projects_none": ("territory/projects.html", {"page": listed()}, MARTA),
    "place": ("territory/place.html", {"page": NEW}, MARTA),
    "desk": ("territory/desk.html", {"page": FORM}, MARTA),
    "organisation": ("territory/organisation.html", {"page": FORM}, MARTA),
    "project": ("territory/project.html", {"page": PROJECT}, MARTA),
}
