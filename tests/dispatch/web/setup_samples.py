# SPDX-License-Identifier: AGPL-3.0-or-later
"""A believable filling for the engineer's pages: set-up, installation, commands."""

from __future__ import annotations

from typing import Any

from dispatch.access.curl import curl_page
from dispatch.web.forms import FormValues
from dispatch.web.views.page import FieldError, Viewer
from dispatch.web.views.setup import Check, FirstStep, InstallationPage, SetupPage, TerritoryTold

BERGAMO = TerritoryTold("bergamo", "Provincia di Bergamo", 14, 243)
ENGINEER = Viewer("Ada L.", "admin")
STEPS = (
    FirstStep("Territorio", "bergamo: 14 ambiti, 243 comuni", done=True),
    FirstStep("Servizi", "ancora nessuno", done=False, href="/desks/new", action="Inserisci il primo servizio"),
    FirstStep("Account", "ancora nessuno", done=False, command="ponte account create marta"),
)
CHECKS = (
    Check("secret", "fine", "PONTE_SECRET is set"),
    Check("disk", "care", "1.2 GB free at /var/lib/ponte", "Make room: a database that cannot write stops."),
    Check("territory", "wrong", "257 ambiti and comuni of bergamo are not loaded", "ponte migrate"),
)
NAMED = FormValues.of({"place": "Ambiti della provincia di Bergamo"})
SETUP_PAGES: dict[str, tuple[str, dict[str, Any], Viewer | None]] = {
    "setup": ("setup/setup.html", {"page": SetupPage(BERGAMO, "phone")}, None),
    "setup_refused": (
        "setup/setup.html",
        {
            "page": SetupPage(
                TerritoryTold("valle", trouble="valle: is no territory"),
                "twilio",
                FormValues.of({"name": "Ada L."}),
                (FieldError("code", "Manca il codice."),),
            )
        },
        None,
    ),
    "installation": ("setup/installation.html", {"page": InstallationPage(STEPS, CHECKS, NAMED)}, ENGINEER),
    "installation_done": (
        "setup/installation.html",
        {"page": InstallationPage(STEPS[:1], CHECKS[:1], NAMED)},
        ENGINEER,
    ),
    "curl": ("curl.html", {"page": curl_page("https://ponte.example.org")}, None),
}
