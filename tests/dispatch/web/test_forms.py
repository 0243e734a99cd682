# SPDX-License-Identifier: AGPL-3.0-or-later
"""A filled form means the same as the JSON body of the API, and shows again what was typed."""

from __future__ import annotations

import pytest

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


def test_a_list_inside_a_part_keeps_all_its_entries() -> None:
    """The days a series leaves out are several inputs of one name."""
    values = FormValues(
        (("repeat-every", "week"), ("repeat-except", "2026-12-07"), ("repeat-except", "2026-12-14")),
    )
    assert body_of(values) == {"repeat": {"every": "week", "except": ["2026-12-07", "2026-12-14"]}}


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        (("kind", "kind-x"), "kind-x"),
        (("kind-x", "kind"), "kind"),
        (("fallback_modes", "fallback_modes-x"), "fallback_modes-x"),
        (("fallback_modes-x", "fallback_modes"), "fallback_modes"),
        (("when-0-day", "when-0-day-x"), "when-0-day-x"),
        (("languages-²-code",), "languages-²-code"),
        (("languages-" + "9" * 5000 + "-code",), "languages-" + "9" * 5000 + "-code"),
        (("-".join("a" * 3000),), "-".join("a" * 3000)),
    ],
)
def test_a_name_that_fits_nowhere_stays_whole(names: tuple[str, ...], whole: str) -> None:
    """No name of an input can break the reading; the schema then refuses the odd one by its name."""
    assert body_of(FormValues(tuple((name, "v") for name in names)))[whole] == "v"


def test_a_text_where_a_part_belongs_is_kept_for_the_schema() -> None:
    """A list entry that is no part of inputs is not dropped in silence."""
    assert body_of(FormValues.of({"when-0": "x"})) == {"when": ["x"]}
