# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for what mediators are asked, what they answer, and what did not arrive."""

from __future__ import annotations

import dataclasses

from dispatch.web.views.alerts import BlockedPhone, DeliveriesPage, Delivery, NoticeLine, NoticesPage
from dispatch.web.views.handsets import Bubble, Coded, Handset, HandsetPage, HandsetsPage
from dispatch.web.views.inbox import InboxPage, Question, ReplyToRead, SettledReply
from dispatch.web.views.offers import (
    Booking,
    EndedVisit,
    MediatorAgendaPage,
    OfferPage,
    OpenOffer,
)
from dispatch.web.views.page import Choice, Filter, Filters, Pager
from tests.dispatch.web.intake_samples import STATUSES
from tests.dispatch.web.sample_week import at

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
)
ASKED = "Ponte: mar 24/11 9:00-10:30, arabo, Trescore Balneario (scuola). Puoi? Rispondi SI 412 o NO 412 entro le 16:00. Dettagli: ponte.example/m/7fK2"
HANDSETS = HandsetsPage(
    handsets=(
        Handset(
            "+393331234567",
            "Amina B.",
            "arabo, francese",
            (Bubble(ASKED, at(0, 9), True, "delivered"),),
            (Coded("412", at(1, 9)),),
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
            (Coded("388", at(1, 9)), Coded("391", at(2, 9))),
        ),
        Handset("+393330000001", "Fatou D.", "wolof, francese", (), ended=(Coded("455", at(0, 8)),), on_the_way=1),
    ),
    filters=Filters("/handsets", (Filter("q", "Cerca"), STATUSES)),
    total=110,
    waiting=2,
)
LOST = Bubble(
    ASKED, at(0, 9), True, "failed", "ar", "il telefono è spento (30003)", (("Ponte: ", ""), ("x/m/7", "/m/7"))
)
HANDSET = HandsetPage(
    dataclasses.replace(HANDSETS.handsets[1], bubbles=(LOST, *HANDSETS.handsets[1].bubbles)),
    earlier="/handsets/1?most=80",
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
