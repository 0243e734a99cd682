# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who reads pages in a test: somebody signed in who reads Italian, and what is to be read without the tags."""

from __future__ import annotations

import html
import re

from fastapi.testclient import TestClient

from dispatch.kit.session import Database
from tests import make


def signed_in(database: Database, login: str) -> TestClient:
    """The account ``login`` at the door, in Italian."""
    visitor = make.client(database)
    visitor.headers["Accept-Language"] = "it"
    return make.signed_in(visitor, login)


def text(page: str) -> str:
    """What a reader sees: no tags, single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
