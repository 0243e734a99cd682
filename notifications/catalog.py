# SPDX-License-Identifier: AGPL-3.0-or-later
"""The texts of the SMS in every language: gettext catalogs, read once from their .po files.

There is no compile step: a .po under locale/ is all a language needs. The English text is the msgid and never
changes for wording's sake. Each finished text carries its budget of segments as a translator's comment above it,
`# budget: 1`, because such comments survive when a catalog is merged with a new template (`#.` comments do not).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from notifications.nearest import nearest

LOCALE_FOLDER: Final = Path(__file__).parent / "locale"
DEFAULT_LANGUAGE: Final = "it"
_BUDGET: Final = re.compile(r"^budget:\s*(\d+)$")
# Babel drops a header it does not know, so this one is read from the file itself.
_READ_BY: Final = re.compile(r'^"X-Read-By-Native:\s*(.*?)\\n"$', re.MULTILINE)
_NOBODY: Final = ("", "no")


class MissingText(LookupError):
    """A text, a budget or a whole language is not in the catalogs; the message says which and where to add it."""


@dataclass(frozen=True)
class Catalog:
    """The texts of one language. ``read_by_native`` says which native speaker has read them all; None: nobody yet."""

    language: str
    texts: dict[str, str]
    budgets: dict[str, int]
    read_by_native: str | None = None

    def say(self, msgid: str, **values: object) -> str:
        """The text in this language with its values filled in. Raises MissingText; never falls back silently."""
        text = self.texts.get(msgid)
        if not text:
            raise MissingText(f"text {msgid!r} has no {self.language} translation: add it to {_path(self.language)}")
        return text % values

    def budget(self, msgid: str) -> int:
        """Segments that this text may cost at most. Raises MissingText when the catalog does not say."""
        if msgid not in self.budgets:
            raise MissingText(f"text {msgid!r} has no '# budget: n' above it: add it to {_path(self.language)}")
        return self.budgets[msgid]


@cache
def languages() -> tuple[str, ...]:
    """The languages there are catalogs for."""
    return tuple(sorted(path.parent.parent.name for path in LOCALE_FOLDER.glob("*/LC_MESSAGES/notifications.po")))


def nearest_language(tag: str) -> str:
    """The catalog language for the BCP 47 tag of a reader; see notifications.nearest."""
    return nearest(tag, languages(), DEFAULT_LANGUAGE)


@cache
def catalog(language: str) -> Catalog:
    """Read the catalog of one language, once. Raises MissingText for a language without one."""
    path = LOCALE_FOLDER / language / "LC_MESSAGES" / "notifications.po"
    if language not in languages():
        raise MissingText(
            f"language {language!r} has no catalog: use one of {', '.join(languages())}, or add {path.name}"
        )
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language) if entry.id and not entry.fuzzy]
    texts = {str(entry.id): str(entry.string) for entry in entries}
    budgets = {
        str(entry.id): int(found[1])
        for entry in entries
        for comment in entry.user_comments
        if (found := _BUDGET.match(comment.strip()))
    }
    return Catalog(language, texts, budgets, read_by(path))


def read_by(path: Path) -> str | None:
    found = _READ_BY.search(path.read_text(encoding="utf-8"))
    return None if found is None or found[1].lower() in _NOBODY else found[1]


def _path(language: str) -> str:
    return f"notifications/locale/{language}/LC_MESSAGES/notifications.po"
