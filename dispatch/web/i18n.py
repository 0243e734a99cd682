# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words on screen: msgids are English, Italian is what people get unless they ask for something else.

`python -m dispatch.web.i18n` reads every template and module of the service and brings the catalogs up to date:
new words appear with an empty translation (English fills itself), words no longer used go away.
"""

from __future__ import annotations

import gettext as catalogs
import io
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

DEFAULT_LOCALE = "it"
DOMAIN = "ponte"
PHONE = "phone"
DISPATCH = Path(__file__).parent.parent
CATALOGS = DISPATCH / "locale"
METHODS = [("**.py", "python"), ("web/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "say": None,
    "ngettext": (1, 2),
}

HEADER = """\
# SPDX-License-Identifier: AGPL-3.0-or-later
# Words on Ponte's pages; `python -m dispatch.web.i18n` keeps this file in line with the code.
msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


@dataclass
class Reader:
    """Who reads the page being made. ``chosen`` is a language asked for, which wins over what her row says.

    It can be changed, because the language of a mediator is known only once her link was read, and the threads that
    work for one request share it.
    """

    locale: str
    chosen: bool = True


_reader: ContextVar[Reader | None] = ContextVar("reader", default=None)


def catalog_file(locale: str, domain: str = DOMAIN) -> Path:
    """Where the words of one locale live."""
    return CATALOGS / locale / "LC_MESSAGES" / f"{domain}.po"


@cache
def locales() -> tuple[str, ...]:
    """Every locale that has a catalog, the default first."""
    found = sorted(path.parts[-3] for path in CATALOGS.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return tuple(sorted(found, key=lambda locale: locale != DEFAULT_LOCALE))


@cache
def phone_locales() -> tuple[str, ...]:
    """The languages of a mediator's own pages: those of every page, and those with the words of her phone alone."""
    more = {path.parts[-3] for path in CATALOGS.glob(f"*/LC_MESSAGES/{PHONE}.po")}
    return (*locales(), *sorted(more))


def read_catalog(locale: str, domain: str = DOMAIN) -> Catalog:
    """One locale's catalog as Babel reads it."""
    with catalog_file(locale, domain).open("rb") as lines:
        return read_po(lines, locale=locale)


@cache
def translations(locale: str) -> catalogs.NullTranslations:
    """The catalog compiled in memory, so that nobody has to build .mo files.

    What a language of the phone pages has no word for comes in Italian, which everybody here reads before English.
    """
    everywhere = locale in locales()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(locale, DOMAIN if everywhere else PHONE))
    compiled.seek(0)
    found = catalogs.GNUTranslations(compiled)
    if not everywhere:
        found.add_fallback(translations(DEFAULT_LOCALE))
    return found


def current_locale() -> str:
    """The locale of the page being made."""
    reader = _reader.get()
    return DEFAULT_LOCALE if reader is None else reader.locale


def being_read() -> str | None:
    """The locale of the page being made, None where nobody said who reads it."""
    reader = _reader.get()
    return None if reader is None else reader.locale


@contextmanager
def speaking(locale: str, *, chosen: bool = True) -> Iterator[None]:
    """Inside, every word comes out in ``locale``."""
    before = _reader.set(Reader(locale, chosen))
    try:
        yield
    finally:
        _reader.reset(before)


def speak_as_she_reads(locale: str) -> None:
    """From here on in ``locale``, unless she asked for another: her language is known once her row is read."""
    reader = _reader.get()
    if reader is not None and not reader.chosen:
        reader.locale = locale


def gettext(message: str) -> str:
    """The message in the current locale."""
    return translations(current_locale()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The message in the current locale, in the form that ``count`` asks for."""
    return translations(current_locale()).ngettext(one, many, count)


def _l(message: str) -> str:
    """Mark a message for the catalogs now and translate it where it is shown."""
    return message


def negotiate(chosen: str | None, accept_language: str | None, known: Collection[str] | None = None) -> str:
    """The locale of a request: what the person chose, else the browser's first language we have, else Italian."""
    known = locales() if known is None else known
    if chosen is not None and chosen in known:
        return chosen
    for part in (accept_language or "").split(","):
        language = part.split(";")[0].strip().split("-")[0].lower()
        if language in known:
            return language
    return DEFAULT_LOCALE


@cache
def autonym(locale: str) -> str:
    """A language's own name for itself, as its speakers look for it."""
    try:
        own_name = Locale.parse(locale).get_display_name(locale)
    except UnknownLocaleError:
        own_name = None
    return (own_name or locale).capitalize()


@cache
def direction(locale: str) -> str:
    """``ltr`` or ``rtl``."""
    return Locale.parse(locale).text_direction


def spoken() -> Mapping[str | tuple[str, ...], list[tuple[str, int]]]:
    """Every msgid of the service's code and templates with the places that use it."""
    found: dict[str | tuple[str, ...], list[tuple[str, int]]] = {}
    for file, line, message, _comments, _context in extract_from_dir(
        DISPATCH, METHODS, keywords=KEYWORDS, directory_filter=lambda folder: Path(folder).name != "node_modules"
    ):
        found.setdefault(message, []).append((file, line))
    return found


def update_catalogs() -> dict[str, int]:
    """Bring every catalog in line with the code; the count of words that still lack a translation, by locale."""
    missing: dict[str, int] = {}
    for locale in locales():
        known, fresh = read_catalog(locale), Catalog(locale=locale, domain=DOMAIN, fuzzy=False)
        for message, _places in sorted(spoken().items(), key=str):
            before = known.get(message if isinstance(message, str) else message[0])
            fresh.add(message, before.string if before else (message if locale == "en" else None))
        missing[locale] = sum(1 for entry in fresh if entry.id and not all(_forms(entry.string)))
        with catalog_file(locale).open("wb") as lines:
            lines.write(HEADER.format(locale=locale, plurals=fresh.plural_forms).encode())
            write_po(lines, fresh, width=120, omit_header=True, sort_output=True)
    return missing


def _forms(string: object) -> tuple[object, ...]:
    """A translation's forms: one, or as many as the language has plurals."""
    return tuple(string) if isinstance(string, tuple | list) else (string,)


if __name__ == "__main__":
    for language, count in update_catalogs().items():
        print(f"{language}: {count} without translation")  # noqa: T201 - a command for people who translate
