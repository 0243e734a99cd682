# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forged webhooks made from a seed: a captured one with something else said, under every signature a forger can have.

A forger may hold one webhook that Twilio signed for a text of the forger's own choice, may know an old token, and may
send any bytes. What says exactly what the captured one says is left out: that is a replay, and C2's business.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, sign

PUBLIC, PATH = "https://ponte.example", "/webhooks/twilio/inbound"
FORGER, VICTIM = "+393390000666", "+393331234567"
SID, FRESH = "SM" + "1a" * 16, "SM" + "2b" * 16
# Texts that a forger could send first, hoping that their signature serves for something else.
BAITS = (
    "SI 412",
    f"SIFrom{VICTIM}FromCity",
    f"SI 412From{VICTIM}FromCountryITMessageSid{FRESH}Fz",
    f"SI 412From{VICTIM}Fz",
    f"SIFrom{VICTIM}MediaUrl0https://x.example/",
    f"SI 412 Domani no Forse MessageSid{FRESH}To{OUR_NUMBER}",
    "SI ma solo dopo le 15 Ciao",
)
TEXT = string.ascii_letters + string.digits + "+ àè😊\0\r\n=&%"


@dataclass(frozen=True)
class Forgery:
    """One request: what kind of lie, the path, the form and the headers."""

    kind: str
    body: bytes
    signature: str | None
    path: str = PATH
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Captured:
    """What the forger holds: the fields of one webhook and Twilio's own signature over them."""

    fields: Mapping[str, str]

    @property
    def signature(self) -> str:
        return sign(AUTH_TOKEN, PUBLIC + PATH, self.fields)

    @property
    def signed_text(self) -> str:
        return "".join(name + self.fields[name] for name in sorted(self.fields))

    def form(self, **changes: str | None) -> bytes:
        fields = {name: value for name, value in {**self.fields, **changes}.items() if value is not None}
        return urlencode(fields, errors="surrogatepass").encode()


def captured(body: str) -> Captured:
    """The forger writes this text to our number, and gets hold of what Twilio posts for it."""
    return Captured(
        {
            "AccountSid": ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
            "Body": body,
            "From": FORGER,
            "FromCity": "ROMANO DI LOMBARDIA",
            "FromCountry": "IT",
            "MessageSid": SID,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsMessageSid": SID,
            "SmsSid": SID,
            "SmsStatus": "received",
            "To": OUR_NUMBER,
        }
    )


def forgeries(seed: int, count: int) -> Iterator[Forgery]:
    """`count` different lies, every kind in turn."""
    chance, made = random.Random(seed), 0
    while made < count:
        held = captured(chance.choice(BAITS))
        lie = KINDS[made % len(KINDS)](held, chance)
        if not says_the_same(lie, held):
            made += 1
            yield lie


def says_the_same(lie: Forgery, held: Captured) -> bool:
    """Whether it is only the captured webhook again, written another way."""
    try:
        said = parse_qsl(lie.body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        return False
    told = ("AccountSid", "Body", "From", "MessageSid", "To")
    same = len(dict(said)) == len(said) and all(dict(said).get(name) == held.fields[name] for name in told)
    return same and lie.path == PATH and lie.signature == held.signature


def no_signature(held: Captured, chance: random.Random) -> Forgery:
    made_up = (None, "", "bm8=", "é", held.signature[:-2], held.signature.lower(), chance.randbytes(20).hex())
    return Forgery("no signature", held.form(Body="SI"), chance.choice(made_up))


def other_token(held: Captured, chance: random.Random) -> Forgery:
    """Guessed, empty, or the one that was changed last year."""
    token = chance.choice(
        ("", "old token", AUTH_TOKEN[:-1], AUTH_TOKEN.upper(), ACCOUNT_SID, chance.randbytes(16).hex())
    )
    return Forgery("token", held.form(), sign(token, PUBLIC + PATH, held.fields))


def other_address(held: Captured, chance: random.Random) -> Forgery:
    """Signed by Twilio, but for a webhook of somebody else, or of another of ours; the Host header says what it likes."""
    scheme, host = (
        chance.choice(("http", "https", "HTTPS")),
        chance.choice(("ponte.example", "evil.example", "localhost")),
    )
    port, end = chance.choice(("", ":443", ":8443", ":80")), chance.choice(("", "/", "?x=1", "#rc=1", "/..", "%2f"))
    address = f"{scheme}://{host}{port}{PATH}{end}"
    if address in (PUBLIC + PATH, f"{PUBLIC}:443{PATH}"):  # Twilio's own check knows the standard port by both names.
        address += "/x"
    headers = {"Host": host + port, "X-Forwarded-Host": host, "X-Forwarded-Proto": scheme}
    return Forgery("address", held.form(), sign(AUTH_TOKEN, address, held.fields), headers=headers)


def other_path(held: Captured, chance: random.Random) -> Forgery:
    path = PATH + chance.choice(("?x=1", "?Body=SI", "/", "//", "%20", f"?{chance.random()}"))
    return Forgery("path", held.form(), held.signature, path=path)


def other_field(held: Captured, chance: random.Random) -> Forgery:
    """One field says something else, is missing, or is one too many."""
    name = chance.choice(sorted(held.fields))
    changed = chance.choice((None, VICTIM, "", FRESH, "AC" + "f" * 32, "".join(chance.choices(TEXT, k=9))))
    extra = {chance.choice(("Body2", "OptOutType", "from", "Extra")): "START"} if chance.random() < 0.3 else {}
    return Forgery("field", held.form(**{name: changed}, **extra), held.signature)


def signed_but_not_ours(held: Captured, chance: random.Random) -> Forgery:
    """Rightly signed with our token, and still not a message to us."""
    lies: list[dict[str, str | None]] = [
        {"AccountSid": "AC" + chance.randbytes(16).hex()},
        {"To": "+3933999" + str(chance.randrange(10**5, 10**6))},
        {"MessageSid": "SM1", "SmsSid": "SM1", "SmsMessageSid": "SM1"},
        {"SmsSid": FRESH},
        {"From": f"{VICTIM}From{FORGER}"},
        {"Body": None},
    ]
    wrong = chance.choice(lies)
    fields = {name: value for name, value in {**held.fields, **wrong}.items() if value is not None}
    return Forgery("not ours", urlencode(fields).encode(), sign(AUTH_TOKEN, PUBLIC + PATH, fields))


def twice(held: Captured, chance: random.Random) -> Forgery:
    name = chance.choice(sorted(held.fields))
    value = chance.choice((held.fields[name], VICTIM, ""))
    return Forgery("twice", held.form() + f"&{name}={quote(value)}".encode(), held.signature)


def cut_anew(held: Captured, chance: random.Random) -> Forgery:
    """The very text that Twilio signed, cut into other fields: the signature is right."""
    while True:
        cuts = dict(_cut(held.signed_text, chance))
        if "".join(name + cuts[name] for name in sorted(cuts)) == held.signed_text:
            return Forgery("cut anew", urlencode(cuts).encode(), held.signature)


NAMES: tuple[str, ...] = (
    "AccountSid",
    "ApiVersion",
    "Body",
    "From",
    "FromCity",
    "FromCountry",
    "MediaUrl0",
    "MessageSid",
    "NumMedia",
)
NAMES += (
    "NumSegments",
    "SmsMessageSid",
    "SmsSid",
    "SmsStatus",
    "To",
    "FromCityFrom",
    "FzFro",
    "FzMessageSid",
    "OptOutType",
)


def _cut(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Cut where a name could begin: mostly at real names, now and then at any capital letter; in rising order."""
    carelessness = chance.choice((0.02, 0.1, 0.3))
    name, value = "AccountSid", len("AccountSid")
    for at in range(value, len(text)):
        known = [one for one in NAMES if text.startswith(one, at)]
        made_up = text[at].isascii() and text[at].isupper() and chance.random() < carelessness / 10
        if at < value or not (known or made_up) or chance.random() < carelessness:
            continue
        next_name = chance.choice(known) if known else text[at : at + chance.randint(1, 12)]
        if name < next_name and next_name.isascii():
            yield name, text[value:at]
            name, value = next_name, at + len(next_name)
    yield name, text[value:]


def byte_changed(held: Captured, chance: random.Random) -> Forgery:
    """Any byte of the form: broken percent signs, invalid UTF-8, NUL, other separators."""
    form = bytearray(held.form())
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(form))
        form[at : at + chance.randrange(3)] = chance.choice(
            (b"%", b"%00", b"%ff", b"\xff", b"&", b";", b"=", chance.randbytes(1))
        )
    return Forgery("bytes", bytes(form), held.signature)


def huge(held: Captured, chance: random.Random) -> Forgery:
    many = b"&".join(b"a%d=1" % at for at in range(chance.choice((101, 5_000))))
    long = held.form(Body="SI " + "x" * chance.choice((20_000, 300_000)))
    return Forgery("huge", chance.choice((many, long)), held.signature)


KINDS: tuple[Callable[[Captured, random.Random], Forgery], ...] = (
    no_signature,
    other_token,
    other_address,
    cut_anew,
    other_path,
    other_field,
    signed_but_not_ours,
    cut_anew,
    twice,
    byte_changed,
    cut_anew,
    huge,
)
