# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for the import pages."""

from __future__ import annotations

import dataclasses

from dispatch.web.views.exchange import CheckedPage, FindingLine, ImportPage, SheetLine, TemplateLink
from dispatch.web.views.page import FieldError

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
