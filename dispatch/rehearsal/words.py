# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desks of a rehearsed province are called and how they appear: on pages, in codes, and neutrally in SMS."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class DeskWords:
    """A kind of desk. ``label`` stands in SMS before the comune and names no ward; ``{}`` takes the comune's name."""

    prefix: str
    name: str
    label: str
    street: str


DESK_WORDS: dict[str, tuple[DeskWords, ...]] = {
    "school": (
        DeskWords("ic", "Istituto comprensivo di {}", "Scuola", "via della Scuola"),
        DeskWords("cpia", "CPIA, sede di {}", "Scuola", "via degli Studi"),
        DeskWords("primaria", "Scuola primaria di {}", "Scuola", "via dei Tigli"),
    ),
    "social": (
        DeskWords("sociale", "Servizio sociale di {}", "Servizi", "piazza del Municipio"),
        DeskWords("tutela", "Tutela minori, sede di {}", "Servizi", "via del Parco"),
    ),
    "health": (
        DeskWords("cdc", "Casa di comunità di {}", "Salute", "via della Salute"),
        DeskWords("consultorio", "Consultorio di {}", "Salute", "via dei Mille"),
        DeskWords("ospedale", "Ospedale di {}", "Salute", "viale Europa"),
    ),
    "town": (DeskWords("anagrafe", "Ufficio anagrafe di {}", "Comune", "piazza Libertà"),),
    "shelter": (DeskWords("accoglienza", "Centro di accoglienza di {}", "Centro", "via della Cascina"),),
}
DEMO_PASSWORD = "ponte-demo-2026"  # noqa: S105 - of a made-up province; printed at the end of every rehearsal


def slug(text: str) -> str:
    """ "Trescore Balneario" → "trescore-balneario"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
