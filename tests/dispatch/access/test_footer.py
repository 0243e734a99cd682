# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page links to at its end: a body's own addresses where it has them, our own page where it has none."""

from __future__ import annotations

from dispatch.kit.session import Database
from tests import make

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/nothing")  # never opened: these pages need no row


def footer(**settings: str) -> str:
    page = make.client(NOWHERE, **settings).get("/login", headers={"accept-language": "it"}).text
    return page.partition("<footer")[2]


def test_without_settings_only_our_own_page() -> None:
    """Nobody is sent to an empty address, and what was tested can be read."""
    assert footer().count("<a ") == 1
    page = make.client(NOWHERE).get("/accessibility", headers={"accept-language": "it"}).text
    assert "<h1>Accessibilità</h1>" in page
    assert 'href="/accessibility"' in footer()


def test_the_bodys_addresses_go_first() -> None:
    """Declaration, privacy notice and feedback are the body's own."""
    given = {"accessibility_url": "https://form.agid.gov.it/x", "privacy_url": "https://ente.it/privacy"}
    told = footer(**given, feedback_url="mailto:urp@ente.it")
    assert told.count("<a ") == 3
    assert all(f'href="{url}"' in told for url in (*given.values(), "mailto:urp@ente.it"))
    assert 'href="/accessibility"' not in told
