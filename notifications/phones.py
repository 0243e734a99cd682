# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telephone numbers: brought to E.164, and only mobiles of allowed countries for SMS."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

ITALY: Final = frozenset({39})
_MOBILE: Final = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


class PhoneFault(StrEnum):
    """Why a number cannot get an SMS."""

    NOT_A_NUMBER = "not_a_number"
    LANDLINE = "landline"
    NOT_A_MOBILE = "not_a_mobile"
    ABROAD = "abroad"


class PhoneError(ValueError):
    """A number that cannot get an SMS: which, why, and what to give instead."""

    def __init__(self, fault: PhoneFault, value: str, remedy: str) -> None:
        super().__init__(f"phone {value!r}: {remedy}")
        self.fault = fault
        self.value = value
        self.remedy = remedy


def mobile(value: str, *, countries: Collection[int] | None = ITALY) -> str:
    """The number in E.164 ("333 123 4567" → "+393331234567"); a number without prefix is Italian.

    `countries` are the calling codes allowed, None for all. Raises PhoneError with the value and the remedy.
    """
    number = _parsed(value)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.FIXED_LINE:
        raise PhoneError(PhoneFault.LANDLINE, value, "this is a landline (fisso) and gets no SMS; give a mobile number")
    if kind not in _MOBILE:
        raise PhoneError(PhoneFault.NOT_A_MOBILE, value, "this is not a mobile number; give one, e.g. +39 333 123 4567")
    if countries is not None and number.country_code not in countries:
        allowed = ", ".join(f"+{code}" for code in sorted(countries))
        raise PhoneError(
            PhoneFault.ABROAD,
            value,
            f"+{number.country_code} is not allowed; give a number with {allowed}, or allow it",
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _parsed(value: str) -> PhoneNumber:
    remedy = "this is not a telephone number; write it like +39 333 123 4567"
    try:
        number = phonenumbers.parse(value, "IT")
    except NumberParseException as error:
        raise PhoneError(PhoneFault.NOT_A_NUMBER, value, remedy) from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(PhoneFault.NOT_A_NUMBER, value, remedy)
    return number
