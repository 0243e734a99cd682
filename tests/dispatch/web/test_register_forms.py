# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a register's form is given is read, or refused at its field."""

from __future__ import annotations

import pytest

from dispatch.web.forms import FormValues
from dispatch.web.register_forms import FormReader


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x1b", "\x7f", "\x85", "\uffff"])
def test_a_sign_that_no_page_or_file_holds_is_refused(sign: str) -> None:
    """It would keep the export of a whole register back; the field is named with what to do."""
    reader = FormReader(FormValues.of({"name": f"Ami{sign}na", "code": "m1"}))
    assert (reader.text("code"), reader.text("name")) == ("m1", None)
    [problem] = reader.findings.problems
    assert problem.field == "name"
    assert problem.remedy


@pytest.mark.parametrize("text", ["due\r\nrighe", "una\ttabulazione", "D’Angelo – Almè", "العربية"])
def test_every_other_sign_is_read_as_it_is(text: str) -> None:
    """Lines of an address, and every alphabet."""
    reader = FormReader(FormValues.of({"name": text}))
    assert reader.text("name") == text
    assert reader.findings.problems == []
