# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for the policy's pages: texts, how people are asked, and the keys."""

from __future__ import annotations

import dataclasses

from dispatch.web.forms import FormValues
from dispatch.web.views.asking import AskingChange, AskingPage, AskingRow
from dispatch.web.views.messages import MessagesPage, SampleText, TextLanguage
from dispatch.web.views.page import Choice, FieldError
from dispatch.web.views.policy import ChangeLine, Group, KeyLine, PolicyKeyPage, PolicyPage, PolicySection, Trial
from tests.dispatch.web.sample_week import MONDAY, at

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
        AskingRow(
            "meno di 2 h",
            "tutti insieme",
            "oggi alle 10:10",
            "circa 5 minuti",
            "spesso mai",
            "82 %",
            (("/policy/offers.urgent_hours", "Urgente: ore"),),
        ),
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
TRIED = dataclasses.replace(
    QUIET,
    today_means="Una proposta pronta dopo le 20:30 parte la mattina dopo.",
    tried=Trial("21:30", "Una proposta pronta dopo le 21:30 parte la mattina dopo.", (AskingChange(*ASKING.rows),)),
)
FAIRNESS = dataclasses.replace(QUIET, kind="table", columns=("da percento", "punti"), rows=3, history=())
REFUSED_KEY = dataclasses.replace(
    QUIET,
    kind="select",
    choices=(Choice("3", "giovedì"), Choice("4", "venerdì")),
    errors=(FieldError("value", "Scegli un giorno."), FieldError("why", "Scrivi perché.")),
)
