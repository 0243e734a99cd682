# SPDX-License-Identifier: AGPL-3.0-or-later
"""A filled form means the same as the JSON body of the API, and shows again what was typed."""

from __future__ import annotations

from dispatch.web.forms import FormValues, body_of, field_name


def test_a_form_becomes_the_body_of_the_api() -> None:
    """Names joined with "-" are paths; numbered parts are lists; repeated names of a list are all kept."""
    values = FormValues.of(
        {
            "desk": "ic-trescore",
            "languages-0-code": "ar",
            "languages-0-must": "true",
            "when-0-day": "2026-11-30",
            "when-0-from": "09:10",
            "fallback_modes": ["phone", "video"],
            "gender-is": "f",
            "gender-must": "false",
        }
    )
    assert body_of(values) == {
        "desk": "ic-trescore",
        "languages": [{"code": "ar", "must": "true"}],
        "when": [{"day": "2026-11-30", "from": "09:10"}],
        "fallback_modes": ["phone", "video"],
        "gender": {"is": "f", "must": "false"},
    }


def test_what_was_left_empty_says_nothing() -> None:
    """A second day that was never filled, and a wish without its subject, are not in the body."""
    values = FormValues.of(
        {"note": " ", "when-0-day": "2026-11-30", "when-1-day": "", "when-1-from": "09:00", "gender-must": "true"}
    )
    assert body_of(values) == {"when": [{"day": "2026-11-30"}]}


def test_an_error_finds_its_input() -> None:
    """The place of an error in the body is the name of the input to mend."""
    assert field_name(("body", "when", 0, "day")) == "when-0-day"


def test_the_last_of_two_equal_names_wins() -> None:
    """A hidden "false" before a checkbox is overruled by the checkbox."""
    values = FormValues((("any_language", "false"), ("any_language", "true")))
    assert values.get("any_language") == "true"
    assert body_of(values) == {"any_language": "true"}
    assert "any_language" in values
    assert FormValues().given is False
