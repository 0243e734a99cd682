# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of a mediator's own pages, in the languages that Ponte writes SMS in.

Italian and English stand in the catalogs of every page; the other twelve have catalogs with these words alone, so that
nobody translates the desk's pages for people who never open them. `python -m dispatch.web.phone_words` brings the
twelve up to date: new words appear empty, and Italian fills them until somebody translates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dispatch.web import i18n
from dispatch.web.choices import KINDS
from dispatch.web.register_words import REMINDERS, SECTORS
from dispatch.web.status_words import WORDS
from notifications.catalog import nearest_language

# Everything that these say is said to her.
HERS = (
    "web/templates/offers/phone.html",
    "web/templates/offers/phone_error.html",
    "web/templates/offers/offer.html",
    "web/templates/offers/agenda.html",
    "web/templates/roster/mine.html",
    "web/templates/roster/my_week.html",
    "web/templates/roster/my_choices.html",
    "web/templates/roster/my_calendar.html",
    "web/templates/roster/_mine_nav.html",
    "web/templates/roster/_when.html",
    "web/templates/attendance/phone_visit.html",
    "offers/phone_pages.py",
    "roster/pages_mine.py",
    "roster/pages_my_choices.py",
    "roster/pages_my_calendar.py",
    "roster/herself.py",
    "roster/my_grid.py",
    "web/moments.py",
)
# What she hears from modules that speak to others too.
SAID_TO_HER_TOO = (
    *KINDS.values(),
    *SECTORS.values(),
    *REMINDERS.values(),
    *(word.label for word in WORDS["outcome"].values()),
    "Saved.",
    "This link is not complete. Open it again from the message.",
    "This question is not there any more. Write AIUTO to our number if you need help.",
    "This visit is not there any more. Write AIUTO to our number if you need help.",
    "With your other booking you would not be there in time, so we ask somebody else.",
    "It is too near for you to give it back alone: a coordinator reads this and answers. Until then it is yours.",
    "You gave it up: thank you for telling us. We ask somebody else.",
    "It is too near for giving it up here: a coordinator has been told and calls you.",
    "It ends before it begins.",
    "Check both times.",
    "This time is still to come.",
    "Tell how it went once it is over.",
    "This is hours away from what was planned.",
    "Check the time, or call who coordinates.",
    "The note may have a person's name in it.",
    "This is not a time.",
    "Write it as 9:30.",
)
NOBODY_YET = "no"
_READ_BY = re.compile(r'^"X-Read-By-Native:\s*(.*?)\\n"$', re.MULTILINE)
HEADER = """\
# SPDX-License-Identifier: AGPL-3.0-or-later
# Words on a mediator's own pages; `python -m dispatch.web.phone_words` keeps this file in line with the code.
msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"X-Read-By-Native: {reader}\\n"

"""


def phone_words() -> frozenset[str]:
    """Every msgid of her pages; a word in two forms for one and many would be the first to need a rule of plurals."""
    hers = {i18n.DISPATCH / name for name in HERS}
    found = [
        words for words, places in i18n.spoken().items() if any(i18n.DISPATCH / file in hers for file, _ in places)
    ]
    return frozenset(str(words) for words in found) | frozenset(SAID_TO_HER_TOO)


def speak_to(message_language: str) -> None:
    """From here on in the language her SMS come in, or the nearest to it, unless she chose another on the page."""
    i18n.speak_as_she_reads(nearest_language(message_language))


def read_by(locale: str) -> str | None:
    """The native speaker who has read all words of this language; None: nobody yet."""
    found = _READ_BY.search(i18n.catalog_file(locale, i18n.PHONE).read_text(encoding="utf-8"))
    return None if found is None or found[1] in ("", NOBODY_YET) else found[1]


def only_on_phones() -> tuple[str, ...]:
    """The languages that have these words alone."""
    return tuple(locale for locale in i18n.phone_locales() if locale not in i18n.locales())


def update_catalogs(words: Iterable[str]) -> dict[str, int]:
    """Bring the twelve in line with the code; how many words still lack a translation, by language."""
    missing: dict[str, int] = {}
    for locale in only_on_phones():
        known, fresh = i18n.read_catalog(locale, i18n.PHONE), Catalog(locale=locale, fuzzy=False)
        for word in sorted(words):
            before = known.get(word)
            fresh.add(word, before.string if before else None)
        missing[locale] = sum(1 for entry in fresh if entry.id and not entry.string)
        _write(i18n.catalog_file(locale, i18n.PHONE), locale, fresh)
    return missing


def _write(path: Path, locale: str, fresh: Catalog) -> None:
    header = HEADER.format(locale=locale, reader=read_by(locale) or NOBODY_YET)
    with path.open("wb") as lines:
        lines.write(header.encode())
        write_po(lines, fresh, width=120, omit_header=True, sort_output=True)


if __name__ == "__main__":
    for language, count in update_catalogs(phone_words()).items():
        print(f"{language}: {count} without translation")  # noqa: T201 - a command for people who translate
