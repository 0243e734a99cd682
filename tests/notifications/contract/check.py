# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judges what passes between a client and Twilio by Twilio's own description: every request and every answer.

The description lists no required field of an answer and no shape of an error. Twilio's examples carry every field,
and their documents give an error four; both are asked for here.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft7Validator, FormatChecker

from tests.notifications.contract.trim import TRIMMED

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
FORMATS: Final = FormatChecker()
LONGEST_TEXT, LONGEST_VALIDITY = 1600, 36_000
ERROR: Final = {
    "type": "object",
    "properties": {
        "code": {"type": "integer"},
        "message": {"type": "string"},
        "more_info": {"type": "string", "format": "uri"},
        "status": {"type": "integer"},
    },
    "required": ["code", "message", "more_info", "status"],
    "additionalProperties": False,
}


@FORMATS.checks("phone-number")
def _is_sender(value: object) -> bool:
    """A number in E.164, a short code or a name: Twilio's words for what may stand in From."""
    return not isinstance(value, str) or re.fullmatch(r"\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z0-9 ]{1,11}", value) is not None


@FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    """Absolute, or relative to the API as the addresses of pages are; without blanks."""
    return not isinstance(value, str) or re.fullmatch(r"(https?://[^\s_/]+)?/\S*|https?://[^\s_/]+", value) is not None


@FORMATS.checks("date-time-rfc-2822", ValueError)
def _is_mail_date(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value).tzinfo is not None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they passed on the wire; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes


class Contract:
    """Twilio's description of messages, and what breaks it."""

    def __init__(self) -> None:
        self.description: dict[str, Any] = json.loads(TRIMMED.read_text(encoding="utf-8"))

    def broken_by(self, exchange: Exchange) -> list[str]:
        """Everything wrong with one exchange, the request's faults first; an empty list is what is hoped for."""
        return [*self.request_faults(exchange), *self.answer_faults(exchange)]

    def request_faults(self, exchange: Exchange) -> list[str]:
        """Wrong path, method, credentials, content type, parameter or field."""
        found = self._operation(exchange)
        if found is None:
            return [f"{exchange.method} {exchange.target} is no operation of Twilio's"]
        operation, in_path = found
        faults = list(_credential_faults(exchange, in_path.get("AccountSid", "")))
        asked = parse_qsl(urlsplit(exchange.target).query, keep_blank_values=True)
        wanted = {place: _parameters(operation, place) for place in ("path", "query")}
        faults += self._value_faults(wanted["path"], list(in_path.items()))
        faults += self._value_faults(wanted["query"], asked)
        if "requestBody" in operation:
            faults += self._form_faults(operation["requestBody"]["content"][FORM]["schema"], exchange)
        elif exchange.body:
            faults.append("a body, where Twilio describes none")
        return faults

    def answer_faults(self, exchange: Exchange) -> list[str]:
        """A status, a content type or a body that Twilio does not describe."""
        found = self._operation(exchange)
        if found is None:
            return []
        if not exchange.answer_headers.get("content-type", "").startswith(JSON):
            return ["the answer is not announced as JSON"]
        try:
            content = json.loads(exchange.answer)
        except ValueError:
            return ["the answer is no JSON"]
        answers = found[0]["responses"]
        if str(exchange.status) in answers:
            schema = answers[str(exchange.status)]["content"][JSON]["schema"]
            return self.value_faults(self.strict(schema), content)
        if exchange.status < 400:
            return [f"status {exchange.status} is not described"]
        faults = self.value_faults(ERROR, content)
        return faults or ([] if content["status"] == exchange.status else ["the error's status is not the answer's"])

    def value_faults(self, schema: Mapping[str, Any], value: object) -> list[str]:
        """What JSON Schema says of a value."""
        errors = Draft7Validator(schema, format_checker=FORMATS).iter_errors(value)
        return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in errors]

    def strict(self, node: Any) -> Any:
        """A schema of OpenAPI 3.0 as JSON Schema, references resolved: every field asked for, no other let through."""
        if isinstance(node, list):
            return [self.strict(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self.strict(self.description["components"]["schemas"][node["$ref"].rsplit("/", 1)[-1]])
        plain = {key: self.strict(value) for key, value in node.items() if key != "nullable"}
        if node.get("nullable") is True:
            plain["type"] = [node["type"], "null"]
        if isinstance(node.get("properties"), dict):
            plain["properties"] = {name: self.strict(schema) for name, schema in node["properties"].items()}
            plain.setdefault("required", sorted(plain["properties"]))
            plain["additionalProperties"] = False
        return plain

    def _operation(self, exchange: Exchange) -> tuple[dict[str, Any], dict[str, str]] | None:
        """The operation a request is for, with what stands in its path."""
        path = urlsplit(exchange.target).path
        for template, verbs in self.description["paths"].items():
            shape = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+?)", re.escape(template))
            found = re.fullmatch(shape, path)
            if found and exchange.method.lower() in verbs:
                return verbs[exchange.method.lower()], {k: unquote(v) for k, v in found.groupdict().items()}
        return None

    def _value_faults(self, wanted: Mapping[str, Any], given: list[tuple[str, str]]) -> Iterator[str]:
        """Each value by the schema of its parameter or field, in the type that its text stands for."""
        names = [name for name, _ in given]
        for name, text in given:
            if name not in wanted:
                yield f"{name} is not known to Twilio"
                continue
            schema = self.strict(wanted[name])
            many = schema.get("type") == "array"
            if names.count(name) > 1 and not many:
                yield f"{name} comes twice"
            for fault in self.value_faults(schema["items"] if many else schema, _typed(schema, text)):
                yield f"{name}{fault}"

    def _form_faults(self, schema: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
        if exchange.headers.get("content-type", "").partition(";")[0].strip() != FORM:
            yield "the form is not announced as one"
        given = parse_qsl(exchange.body.decode("ascii"), keep_blank_values=True, errors="strict")
        yield from self._value_faults(schema["properties"], given)
        form = dict(given)
        yield from (f"{name} is missing" for name in schema.get("required", ()) if name not in form)
        yield from _said_in_words(form)


def _parameters(operation: Mapping[str, Any], place: str) -> dict[str, Any]:
    return {each["name"]: each["schema"] for each in operation["parameters"] if each["in"] == place}


def _typed(schema: Mapping[str, Any], text: str) -> object:
    match schema.get("type"):
        case "integer" if re.fullmatch(r"-?\d+", text):
            return int(text)
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case "number" if re.fullmatch(r"-?\d+(\.\d+)?", text):
            return float(text)
    return text


def _credential_faults(exchange: Exchange, account: str) -> Iterator[str]:
    """HTTP Basic with the account and a token, as the description's security scheme says."""
    scheme, _, coded = exchange.headers.get("authorization", "").partition(" ")
    try:
        user, colon, token = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user = colon = token = ""
    if scheme != "Basic" or not colon or not token or user != account:
        yield "the credentials are not this account's, by HTTP Basic"


def _said_in_words(form: Mapping[str, str]) -> Iterator[str]:
    """What the description says of the form only in its prose."""
    if not form.get("From") and not form.get("MessagingServiceSid"):
        yield "neither From nor MessagingServiceSid"
    if not form.get("Body") or len(form["Body"]) > LONGEST_TEXT:
        yield "Body is empty or too long"
    if not (validity := form.get("ValidityPeriod", "1")).isdecimal() or not 1 <= int(validity) <= LONGEST_VALIDITY:
        yield "ValidityPeriod is not between 1 and 36000"
