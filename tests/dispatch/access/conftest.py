# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes hashing cheap in every test of this folder; one of them looks at the shipped price."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dispatch.access import passwords
from tests import make


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    make.cheap_passwords(monkeypatch)
    yield
    passwords._nobody.cache_clear()
