# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of carrier codes: the classes of the wire, and a table of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.providers.codes import CodesError, CodeTable
from notifications.providers.port import FailureClass


@pytest.mark.parametrize(
    ("klass", "codes"),
    [
        (FailureClass.NEVER_AGAIN, [21610, 21211, 21614, 30005, 30006]),
        (FailureClass.TRY_AGAIN, [30003, 30008, 20429]),
        (FailureClass.ALARM, [20003, 21408, 21612, 30004, 30007]),
        (FailureClass.UNKNOWN, [30001, 99999, None]),
    ],
)
def test_every_code_has_its_class(klass: FailureClass, codes: list[int | None]) -> None:
    """The shipped table says of each code what the wire's rules say."""
    assert {CodeTable.load().classify(code) for code in codes} == {klass}


def test_every_known_code_has_a_reason_in_words() -> None:
    """A coordinator reads words; a code that nobody explained has none."""
    table = CodeTable.load()
    assert all(table.reason(code) for code in table.entries)
    assert table.reason(99999) is None
    assert table.reason(None) is None


def test_table_is_configuration(tmp_path: Path) -> None:
    """An installation may bring a table of its own."""
    path = tmp_path / "codes.toml"
    path.write_text('[alarm]\n30003 = "ours"\n', encoding="utf-8")
    assert CodeTable.load(path).classify(30003) is FailureClass.ALARM


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('[sometimes]\n1 = "x"', "class 'sometimes' is unknown"),
        ('[unknown]\n1 = "x"', "class 'unknown' is unknown"),
        ('[alarm]\nabc = "x"', "'abc' under alarm is no error code"),
        ('[alarm]\n1 = "x"\n[try_again]\n1 = "x"', "code 1 is in alarm and in try_again"),
    ],
)
def test_wrong_table_is_named(tmp_path: Path, content: str, fault: str) -> None:
    """A table that cannot be used is refused with the place and the remedy."""
    path = tmp_path / "codes.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CodesError, match=fault):
        CodeTable.load(path)
