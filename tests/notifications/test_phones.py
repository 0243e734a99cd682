# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telephone numbers: what becomes E.164 and what is refused by name."""

from __future__ import annotations

import pytest

from notifications.phones import PhoneError, PhoneFault, mobile


@pytest.mark.parametrize(
    "written", ["333 123 4567", "+39 333 1234567", "0039 333-123-4567", "+393331234567", "(333) 1234567"]
)
def test_italian_mobile_becomes_e164(written: str) -> None:
    """However it is written, an Italian mobile ends as one and the same number."""
    assert mobile(written) == "+393331234567"


@pytest.mark.parametrize(
    ("written", "fault", "words"),
    [
        ("035 399111", PhoneFault.LANDLINE, r"landline \(fisso\).*give a mobile number"),
        ("+39 06 6982", PhoneFault.LANDLINE, "landline"),
        ("800 123456", PhoneFault.NOT_A_MOBILE, "not a mobile number"),
        ("+44 7911 123456", PhoneFault.ABROAD, r"\+44 is not allowed.*\+39"),
        ("333", PhoneFault.NOT_A_NUMBER, "not a telephone number"),
        ("ciao", PhoneFault.NOT_A_NUMBER, "not a telephone number"),
        ("", PhoneFault.NOT_A_NUMBER, "not a telephone number"),
        ("+39 333 1234567 8901", PhoneFault.NOT_A_NUMBER, "not a telephone number"),
    ],
)
def test_number_that_gets_no_sms_is_refused(written: str, fault: PhoneFault, words: str) -> None:
    """The refusal says the value, why, and what to give instead."""
    with pytest.raises(PhoneError, match=words) as refused:
        mobile(written)
    assert refused.value.fault is fault
    assert refused.value.value == written


def test_other_countries_may_be_allowed() -> None:
    """A country on the list, or no list at all, lets the number through."""
    assert mobile("+44 7911 123456", countries={39, 44}) == "+447911123456"
    assert mobile("+44 7911 123456", countries=None) == "+447911123456"
