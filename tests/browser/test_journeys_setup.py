# SPDX-License-Identifier: AGPL-3.0-or-later
"""The engineer in a real browser: from an empty database to the first request, and a mediator's yes from the built-in phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dispatch.kit.session import Database
from dispatch.records.offers import Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OfferStatus
from dispatch.setup.code import setup_code
from tests import make
from tests.browser import looking
from tests.browser.steps import Album
from tests.browser.window import Window
from tests.browser.world import World, served


def fill(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        page.fill(f"#{name}", text)


def save(page: Page) -> None:
    page.locator("form.po-form .po-sendbar button").first.click()


def test_from_an_empty_database_to_the_first_request(
    browser: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set up, enter who asks and where, ask: every step is on the page of the one before."""
    make.cheap_passwords(monkeypatch)
    here, album = make.installation(database), Album("installazione")
    with served(here) as origin, Window(browser, origin) as window:
        page = window.page
        window.open("/")
        page.wait_for_url("**/setup")
        wrong = looking.head(page) + looking.findings(page) + looking.too_wide(page) + looking.by_keyboard(page)
        assert wrong == []
        album.picture(page, "configura")
        fill(page, code="AAAA-AAAA-AAAA", name="Ada L.", login="ada", place="Ambiti di Bergamo")
        fill(page, password=make.PASSWORD, again=make.PASSWORD)
        save(page)
        expect(page.locator("#errors")).to_contain_text("codice di configurazione")
        album.picture(page, "codice-sbagliato")
        fill(page, code=setup_code(here.settings).lower(), password=make.PASSWORD, again=make.PASSWORD)
        save(page)
        page.wait_for_url("**/installation")
        expect(page.locator(".po-slim-place")).to_have_text("Ambiti di Bergamo")
        album.picture(page, "primi-passi")
        page.get_by_role("link", name="Inserisci il primo ente").click()
        fill(page, code="ic-trescore", name="Istituto comprensivo di Trescore")
        save(page)
        window.open("/installation")
        page.get_by_role("link", name="Inserisci la prima sede").click()
        fill(page, code="ic-trescore", name="Scuola media", comune="Trescore Balneario")
        save(page)
        window.open("/installation")
        page.get_by_role("link", name="Inserisci il primo servizio").click()
        fill(page, code="ic-trescore", name="Segreteria", sms_label="scuola")
        for name in ("sector", "organisation", "place"):
            page.locator(f"#{name}").select_option(index=1)
        save(page)
        window.open("/installation")
        page.get_by_role("link", name="Scrivi la prima richiesta").click()
        album.picture(page, "prima-richiesta")
        if page.locator("select#desk").count():
            page.locator("select#desk").select_option(index=1)
        fill(page, **{"languages-0-code": "arabo", "when-0-day": "2027-01-11", "when-0-from": "09:15"})
        page.locator("#place").select_option(index=1)
        page.locator("form.po-form .po-actions button").first.click()
        page.wait_for_url("**/requests/R-*")
        window.open("/installation")
        expect(page.locator(".po-todo")).to_contain_text("c’è")
        assert window.left_home == []


def test_a_yes_from_the_built_in_phone_books(browser: Browser, world: World, work: Callable[[], None]) -> None:
    """A coordinator answers as the mediator would; the conversation goes on by itself, and the visit is booked."""
    album = Album("telefono")
    with world.here.database.begin() as session:
        her = session.scalars(select(Mediator).where(Mediator.code == "amina")).one()
        offer = session.scalars(select(Offer).where(Offer.mediator_id == her.id, Offer.status == "waiting")).one()
    with Window(browser, world.origin, session=world.session_of("coordinator")) as window:
        page = window.page
        window.open("/handsets")
        album.picture(page, "tutti")
        page.fill("#filter-q", "francese")
        page.press("#filter-q", "Enter")
        page.get_by_role("link", name=her.name).click()
        album.picture(page, "conversazione")
        page.get_by_role("button", name=f"SI {offer.code}", exact=True).click()
        page.wait_for_url(f"**/handsets/{her.phone[1:]}#write")
        expect(page.locator(".po-bubble-out").last).to_contain_text(f"SI {offer.code}")
        for _ in range(2):  # it is read, then the answer leaves
            work()
        expect(page.locator(".po-bubbles")).to_contain_text("onfermato")  # nobody pressed anything
        expect(page.get_by_role("button", name=f"SI {offer.code}", exact=True)).to_have_count(0)
        album.picture(page, "confermato")
        assert window.complaints == []
    with world.here.database.begin() as session:
        assert session.get_one(Offer, offer.id).status == OfferStatus.ACCEPTED
