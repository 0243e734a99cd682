# SPDX-License-Identifier: AGPL-3.0-or-later
"""The web door of an installation: every stage's routes behind one policy table, errors as problems, pages and API."""

from importlib import import_module
from importlib.util import find_spec

from fastapi import Depends, FastAPI

from config.settings import Settings
from dispatch.access.door import admit
from dispatch.access.keeping import keeping
from dispatch.access.naming import InstallationName
from dispatch.access.pages import error_page
from dispatch.errors import NotSignedIn
from dispatch.finding.lines import asked_about
from dispatch.kit.installation import Installation
from dispatch.kit.newsroom import Newsroom
from dispatch.kit.problems import Problems
from dispatch.kit.prompt import Prompt
from dispatch.kit.wire import Guarded
from dispatch.offers.alert_pages import badges
from dispatch.planning.agenda_pages import copy_for
from dispatch.planning.rooms import find_rooms
from dispatch.watch.figures import figures_of
from dispatch.watch.requests import Watched
from dispatch.web import templating
from dispatch.web.i18n import gettext
from dispatch.web.views.page import FooterLinks

# Stages in the order of the way; each may have an API, pages and webhooks.
STAGES = ("intake", "presences", "planning", "offers", "finding", "attendance", "reporting", "exchange")
DOORS = ("api", "pages", "webhooks")
ABOUT = (
    "Ponte schedules intercultural mediators. A desk asks for a mediator here and follows the request. "
    "Send the header Authorization: Bearer ponte_… with the desk's key. Errors are RFC 9457 problems that name field, value "
    "and remedy. Send an Idempotency-Key with every POST: repeating it never asks twice."
)


def create_app(installation: Installation) -> FastAPI:
    """The application of this installation; nothing is opened before the first request needs it."""
    app = FastAPI(
        title="Ponte",
        summary=ABOUT.partition(".")[0],
        description=ABOUT,
        version="1",
        openapi_url=None,  # served by our own route, which stands in the policy table like every other
        dependencies=[Depends(admit)],
    )
    app.state.installation = installation
    app.state.badges = badges
    app.state.find_rooms = find_rooms  # intake asks, planning answers, and neither knows the other
    app.state.asked_about = asked_about
    app.state.last_copy = copy_for
    app.state.newsroom = Newsroom(installation.database.url)
    app.state.installation_name = InstallationName(installation.database)
    app.state.footer = footer_of(installation.settings)
    problems = Problems(say=gettext, page=error_page)
    problems.install(app)
    app.add_exception_handler(NotSignedIn, keeping(problems.answer))
    for name in router_modules():
        app.include_router(import_module(name).router)
    # Innermost, so that its refusal is answered like every other.
    app.add_middleware(Prompt, paths=("/webhooks/",), seconds=installation.settings.webhook_seconds)
    app.add_middleware(Guarded, last_resort=problems.last_resort)
    app.state.figures = registry = figures_of(installation)
    app.add_middleware(Watched, registry=registry)  # outermost, so that refusals of the others are seen too
    templating.install(app)
    return app


def footer_of(settings: Settings) -> FooterLinks:
    """The body's own declaration where it has one, else the page that says what was tested."""
    return FooterLinks(
        settings.accessibility_url or FooterLinks.accessibility, settings.privacy_url, settings.feedback_url
    )


def router_modules() -> list[str]:
    """Every module that brings a ``router``: access and health first, then registers, then each stage's doors that exist."""
    stages = [f"dispatch.{stage}.{door}" for stage in STAGES for door in DOORS]
    access = ["dispatch.access.health", "dispatch.watch.metrics"]
    access += ["dispatch.access.docs", "dispatch.access.curl", "dispatch.access.pages", "dispatch.access.live"]
    access += ["dispatch.setup.pages"]
    registers = [
        "dispatch.roster.pages",
        "dispatch.territory.pages",
        "dispatch.policy.pages",
        "dispatch.offers.line_pages",
    ]
    return [*access, *registers, *(name for name in stages if _exists(name))]


def _exists(module: str) -> bool:
    parent = module.rpartition(".")[0]
    return find_spec(parent) is not None and find_spec(module) is not None
