# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SMS text in every language, written with sample values: what it says, what it costs, and who has read it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from babel.numbers import format_currency

from config.policy import SmsPolicy
from dispatch.web.i18n import autonym, current_locale, direction
from dispatch.web.i18n import gettext as _
from dispatch.web.message_words import message_word
from dispatch.web.views.messages import MessagesPage, SampleText, TextLanguage
from notifications.catalog import DEFAULT_LANGUAGE, MissingText, catalog, languages
from notifications.compose import TooLong, compose
from notifications.message import MessageKind, OfferWords
from notifications.samples import ORDINARY
from notifications.segments import Alphabet, measure

ALPHABETS = {Alphabet.GSM7: "GSM-7", Alphabet.UCS2: "UCS-2"}
CENTS = 100


def messages_page(wanted: str, policy: SmsPolicy) -> MessagesPage:
    """The overview of the languages, and every text of the one that was asked for."""
    code = wanted if wanted in languages() else DEFAULT_LANGUAGE
    written = {one: texts_of(one, policy) for one in languages()}
    known = {one: _language(one, written[one]) for one in written}
    return MessagesPage(
        languages=tuple(sorted(known.values(), key=lambda line: (line.code != DEFAULT_LANGUAGE, line.code))),
        shown=known[code],
        texts=written[code],
        per_segment=euros(policy.cost_per_segment),
        direction=direction(code),
    )


def texts_of(language: str, policy: SmsPolicy) -> tuple[SampleText, ...]:
    """All kinds in this language, in the order of their declaration."""
    return tuple(sample(kind, language, policy) for kind in MessageKind)


def sample(kind: MessageKind, language: str, policy: SmsPolicy) -> SampleText:
    """One text with sample values; one that cannot be written says why, so that a translator sees it."""
    values = ORDINARY[kind]
    if isinstance(values, OfferWords) and language != DEFAULT_LANGUAGE:
        values = replace(values, language="Arabic")  # the name as who does not read Italian gets it
    try:
        composed = compose(kind, language, values)
    except (MissingText, TooLong) as trouble:
        return SampleText(kind.value, message_word(kind), trouble=str(trouble))
    size = measure(composed.body)
    return SampleText(
        kind=kind.value,
        name=message_word(kind),
        body=composed.body,
        alphabet=ALPHABETS[size.alphabet],
        units=size.units,
        segments=size.segments,
        allowed=composed.budget,
        cost=euros(size.segments * policy.cost_per_segment),
        shortened=bool(composed.dropped_steps),
    )


def _language(code: str, texts: tuple[SampleText, ...]) -> TextLanguage:
    offer = next(text for text in texts if text.kind == MessageKind.OFFER)
    return TextLanguage(
        code=code,
        name=autonym(code),
        texts=sum(not text.trouble for text in texts),
        troubles=sum(bool(text.trouble) for text in texts),
        cost_of_offer=offer.cost or _("cannot be written"),
        read_by=catalog(code).read_by_native or "",
    )


def euros(cents: float) -> str:
    """An amount in the reader's own way: "0,16 €"."""
    return format_currency(Decimal(str(round(cents / CENTS, 4))), "EUR", locale=current_locale())
