# SPDX-License-Identifier: AGPL-3.0-or-later
"""What cooperatives call our codes: kinds, roles, sectors, means of travel; the first word is the one written back."""

from __future__ import annotations

from config.territory.travel import load_travel
from config.territory.words import fold
from dispatch.exchange.cells import LIST, Cell, chosen
from dispatch.roster.leaving import Visits

KINDS = chosen(
    {
        "interpreting": ("interpretariato",),
        "mediation": ("mediazione linguistico-culturale", "mediazione"),
        "territorial": ("mediazione territoriale", "territoriale"),
        "team": ("equipe", "équipe"),
        "feedback": ("restituzione",),
    }
)
ROLES = chosen(
    {
        "lead": ("capofila",),
        "provider": ("ente gestore", "gestore", "cooperativa"),
        "requesting": ("ente richiedente", "richiedente"),
    }
)
SECTORS = chosen(
    {
        "school": ("scuola", "istruzione"),
        "social": ("sociale", "servizi sociali", "servizio sociale"),
        "health": ("sanità", "salute", "sanitario"),
        "town": ("comune", "comuni", "anagrafe"),
        "shelter": ("accoglienza",),
    }
)
# What an SMS calls a desk that was given no label: neutral on purpose.
LABELS = {
    "school": "scuola",
    "social": "servizio sociale",
    "health": "servizio sanitario",
    "town": "comune",
    "shelter": "accoglienza",
}
EVERYWHERE = "tutti"  # the ambito of a budget for the whole project
GENDERS = chosen({"f": ("F", "femmina", "donna"), "m": ("M", "maschio", "uomo"), "x": ("X", "altro", "non indicato")})
MODES = chosen(
    {
        "onsite": ("in presenza", "presenza", "di persona"),
        "phone": ("telefono", "al telefono"),
        "video": ("video", "videochiamata", "online"),
    }
)
REMINDERS = chosen(
    {
        "none": ("nessuno", "no"),
        "evening": ("la sera prima", "sera"),
        "two_hours": ("due ore prima",),
        "both": ("entrambi", "sera e due ore prima"),
    }
)
MEANS = chosen({code: (means.name_it,) for code, means in load_travel().items()})
VISITS = chosen({Visits.RELEASE: ("libera", "liberare"), Visits.KEEP: ("mantieni", "tieni", "mantenere")})
TRAINING = "training", "formazione"

COURSE_KIND = Cell(
    lambda text: TRAINING[0] if fold(text) == TRAINING[1] else text,
    lambda kind: TRAINING[1] if kind == TRAINING[0] else str(kind),
)
# "tutti" and a blank cell are the same: she goes everywhere.
AMBITI = Cell(lambda text: None if fold(text) == "tutti" else LIST.read(text), LIST.write)
