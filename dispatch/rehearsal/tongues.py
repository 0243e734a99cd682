# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which languages a rehearsed territory asks for and who speaks which together."""

from __future__ import annotations

from random import Random

from config.territory import load_languages
from dispatch.rehearsal.draws import happens, one_of, spread_out
from dispatch.rehearsal.profiles import LANGUAGES_SPOKEN

# Spoken by somebody although hardly ever asked for.
SELDOM = ("ln", "sr", "mk", "ff", "pl", "arz", "aeb", "fa", "ig", "snk", "bg", "ne", "si", "rif", "hy", "vi", "th")
# Who speaks the first usually speaks one of the others too.
KIN = {
    "ary": ("ar", "ar", "fr", "tzm"),
    "ar": ("ary", "ary", "fr", "en"),
    "tzm": ("ary", "ar", "fr"),
    "ur": ("pa", "hi", "pnb", "en"),
    "pa": ("hi", "ur", "en"),
    "hi": ("pa", "ur", "en"),
    "pnb": ("ur", "pa"),
    "bn": ("hi", "en", "ur"),
    "wo": ("fr", "fr", "mnk"),
    "mnk": ("fr", "bm", "wo", "en"),
    "bm": ("fr", "dyu", "mnk"),
    "dyu": ("bm", "fr"),
    "fr": ("wo", "bm", "en"),
    "uk": ("ru", "ru"),
    "ru": ("uk", "ro"),
    "ka": ("ru",),
    "ro": ("ru", "fr"),
    "tw": ("en",),
    "pcm": ("en",),
    "yo": ("en", "pcm"),
    "en": ("pcm", "tw"),
    "prs": ("ps", "ur"),
    "ps": ("prs", "ur"),
    "ku": ("tr",),
    "tr": ("ku",),
    "am": ("ti", "en"),
    "ti": ("am", "en"),
    "so": ("en", "ar"),
    "pt": ("es",),
    "es": ("pt", "en"),
}
WITH_KIN = 40  # percent of further languages that come from the family
FEW_LEARN_IT = 1.6  # a language without kin is spoken by its own people alone, so more of them are engaged


def asked_for(count: int) -> dict[str, float]:
    """The ``count`` most asked-for languages with their share of demand; the last ones are spoken but hardly asked."""
    shares = {language.code: language.demand_share for language in load_languages() if language.demand_share}
    ranked = sorted(shares, key=lambda code: -shares[code])[:count]
    seldom = [code for code in SELDOM if code not in shares][: count - len(ranked)]
    return {code: shares[code] for code in ranked} | dict.fromkeys(seldom, 0.0)


def mother_tongues(random: Random, shares: dict[str, float], people: int) -> list[str]:
    """One for each of ``people``: every language once, the rest after demand and how few others learn the language."""
    wanted = [share * (1 if code in KIN else FEW_LEARN_IT) for code, share in shares.items()]
    rest = spread_out(wanted, max(0, people - len(shares)))
    tongues = list(shares) + [code for code, more in zip(shares, rest, strict=True) for _ in range(more)]
    random.shuffle(tongues)
    return tongues[:people]


def spoken_by(random: Random, mother: str, shares: dict[str, float]) -> dict[str, int]:
    """Languages with level: the mother tongue is native, further ones are working to native."""
    spoken = {mother: 3}
    count = one_of(random, {many: percent for percent, many in LANGUAGES_SPOKEN})
    for _ in range(count * 3):
        if len(spoken) == count:
            break
        kin = [code for code in KIN.get(mother, ()) if code in shares]
        other = (
            random.choice(kin)
            if kin and happens(random, WITH_KIN)
            else one_of(random, {c: s + 0.2 for c, s in shares.items()})
        )
        spoken.setdefault(other, random.choice((1, 2, 2, 3)))
    return spoken
