# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a spoken language is called in an SMS: our own names first, then CLDR's, then English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale

from notifications.nearest import PLAIN_LETTERS
from notifications.segments import without_accents

_OURS: Final = Path(__file__).with_name("language_names.toml")


def language_name(code: str, reader: str, *, italian: str, english: str) -> str:
    """The language ``code`` for whoever reads the catalog language ``reader``.

    ``italian`` and ``english`` are the names of the territory's own table, which knows every language requested.
    """
    if reader in ("it", "en"):
        return italian if reader == "it" else english
    name = _ours().get(reader, {}).get(code) or Locale.parse(reader).languages.get(code) or english
    return without_accents(name) if reader in PLAIN_LETTERS else name


@cache
def _ours() -> Mapping[str, Mapping[str, str]]:
    names: dict[str, dict[str, str]] = tomllib.loads(_OURS.read_text(encoding="utf-8"))
    return names
