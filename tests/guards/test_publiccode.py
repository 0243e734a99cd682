# SPDX-License-Identifier: AGPL-3.0-or-later
"""publiccode.yml keeps to version 0.7 of its standard: what is mandatory, what is allowed, nothing that is deprecated."""

from __future__ import annotations

import copy
import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from dispatch.web.i18n import locales

ROOT = Path(__file__).resolve().parents[2]
MANDATORY = {
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal",
    "maintenance",
    "localisation",
}
OPTIONAL = {
    "applicationSuite",
    "landingURL",
    "isBasedOn",
    "softwareVersion",
    "releaseDate",
    "logo",
    "categories",
    "usedBy",
    "roadmap",
    "supports",
    "intendedAudience",
    "dependsOn",
    "organisation",
    "fundedBy",
}
DEPRECATED = {"monochromeLogo", "inputTypes", "outputTypes", "IT", "it", "repoOwner", "authorsFile", "genericName"}
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
STANDALONE = {f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")}
TYPES = STANDALONE | {"addon", "library", "configurationFiles"}
# Of the controlled vocabularies only what stands in our file or might soon.
CATEGORIES = {"appointment-scheduling", "resource-management", "translation", "workflow-management", "communications"}
SCOPES = {"education", "healthcare", "justice", "local-authorities", "society", "welfare"}
ALIASES = {f"alias:{name}" for name in ("gdpr", "eidas", "nis2", "cra", "spid", "cie", "anpr", "pagopa", "io")}
OF_A_LANGUAGE = {
    "localisedName",
    "shortDescription",
    "longDescription",
    "documentation",
    "apiDocumentation",
    "features",
    "screenshots",
    "videos",
    "awards",
}
BCP47 = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
COUNTRY = re.compile(r"[A-Z]{2}")


def read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return found


def faults(told: dict[str, Any]) -> list[str]:
    """What the standard refuses or advises against, each with the key it is about."""
    return [*_frame(told), *_words(told), *_audience(told), *_who_cares(told)]


def _frame(told: dict[str, Any]) -> Iterator[str]:
    yield from (f"{key} is missing" for key in sorted(MANDATORY - told.keys()))
    yield from (f"{key} is no key of 0.7" for key in sorted(told.keys() - MANDATORY - OPTIONAL - DEPRECATED))
    every = told.keys() | told.get("legal", {}).keys() | {key for one in told["description"].values() for key in one}
    yield from (f"{key} is deprecated" for key in sorted(DEPRECATED & every))
    if told.get("publiccodeYmlVersion") not in ("0.7", "0.7.0"):
        yield "publiccodeYmlVersion is another, or no text"
    if not _is_web(told.get("url", "")):
        yield "url is no address"
    if told.get("developmentStatus") not in STATUSES:
        yield "developmentStatus is unknown"
    if told.get("softwareType") not in TYPES:
        yield "softwareType is unknown"
    if not told.get("platforms"):
        yield "platforms are empty"
    yield from (f"categories: {one} is unknown" for one in told.get("categories", ()) if one not in CATEGORIES)
    if not _is_day(told.get("releaseDate", "2026-01-01")):
        yield "releaseDate is no text of a day"
    for standard in told.get("supports", ()):
        if standard["id"] not in ALIASES and not urlsplit(standard["id"]).scheme:
            yield f"supports: {standard['id']} is neither an alias nor a URI"


def _words(told: dict[str, Any]) -> Iterator[str]:
    if not told["description"]:
        yield "description has no language"
    for language, words in told["description"].items():
        if not BCP47.fullmatch(language):
            yield f"description: {language} is no language"
        yield from (f"description/{language}: {key} is no key" for key in words.keys() - OF_A_LANGUAGE - DEPRECATED)
        if not 1 <= len(words.get("shortDescription", "")) <= 150:
            yield f"description/{language}/shortDescription has not 1 to 150 characters"
        if not 150 <= len(words.get("longDescription", "")) <= 10_000:
            yield f"description/{language}/longDescription has not 150 to 10000 characters"
        if not words.get("features"):
            yield f"description/{language}/features are empty"


def _audience(told: dict[str, Any]) -> Iterator[str]:
    audience = told.get("intendedAudience", {})
    yield from (f"country {one} is no code" for one in audience.get("countries", ()) if not COUNTRY.fullmatch(one))
    yield from (f"scope {one} is unknown" for one in audience.get("scope", ()) if one not in SCOPES)
    spoken = told["localisation"]
    if not isinstance(spoken.get("localisationReady"), bool):
        yield "localisation/localisationReady is not true or false"
    if not spoken.get("availableLanguages") or not all(map(BCP47.fullmatch, spoken["availableLanguages"])):
        yield "localisation/availableLanguages are no languages"


def _who_cares(told: dict[str, Any]) -> Iterator[str]:
    if not told["legal"].get("license"):
        yield "legal/license is missing"
    care = told["maintenance"]
    if care.get("type") not in {"internal", "contract", "community", "none"}:
        yield "maintenance/type is unknown"
    if care.get("type") in {"internal", "community"} and not all(
        one.get("name") for one in care.get("contacts") or [{}]
    ):
        yield "maintenance/contacts have no name"
    for kind, needed in told.get("dependsOn", {}).items():
        if kind not in {"open", "proprietary", "hardware"} or not all(one.get("name") for one in needed):
            yield f"dependsOn/{kind} cannot be read"


def _is_web(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def test_the_file_keeps_to_the_standard() -> None:
    """Nothing is missing, nothing is invented, nothing is on its way out."""
    assert faults(read()) == []


def test_the_file_says_what_the_package_says() -> None:
    """One version, one licence, the languages that the pages have."""
    project, told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"], read()
    assert told["softwareVersion"] == project["version"]
    assert told["legal"]["license"] == project["license"]
    assert set(told["localisation"]["availableLanguages"]) == set(locales())


def _without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda told: told.pop(key)


def _with(*path: str, value: object) -> Callable[[dict[str, Any]], object]:
    def put(told: dict[str, Any]) -> None:
        for part in path[:-1]:
            told = told[part]
        told[path[-1]] = value

    return put


@pytest.mark.parametrize(
    ("damage", "about"),
    [
        (_without("url"), "url"),
        (_with("publiccodeYmlVersion", value=0.7), "publiccodeYmlVersion"),
        (_with("developmentStatus", value="ready"), "developmentStatus"),
        (_with("categories", value=["mediation"]), "categories"),
        (_with("releaseDate", value=dt.date(2026, 11, 23)), "releaseDate"),
        (_with("supports", value=[{"id": "gdpr"}]), "supports"),
        (_with("IT", value={"countryExtensionVersion": "1.0"}), "IT is deprecated"),
        (_with("softwareColour", value="blue"), "softwareColour"),
        (_with("description", "it", "shortDescription", value="x" * 151), "shortDescription"),
        (_with("description", "en", "longDescription", value="short"), "longDescription"),
        (_with("description", "en", "genericName", value="Planner"), "genericName is deprecated"),
        (_with("description", "italiano", value={}), "italiano"),
        (_with("intendedAudience", "countries", value=["it"]), "country"),
        (_with("maintenance", "contacts", value=[]), "maintenance/contacts"),
        (_with("localisation", "localisationReady", value="yes"), "localisationReady"),
    ],
)
def test_each_fault_is_seen(damage: Callable[[dict[str, Any]], object], about: str) -> None:
    """Control: the guard that would let this pass is off."""
    told = copy.deepcopy(read())
    damage(told)
    assert any(about in fault for fault in faults(told)), faults(told)
