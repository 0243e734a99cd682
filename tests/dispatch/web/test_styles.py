# SPDX-License-Identifier: AGPL-3.0-or-later
"""A class is laid out in one place: two pages that use one name for two things would change each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import dispatch.web

SOURCES = Path(dispatch.web.__path__[0]) / "assets" / "src"
OWN_RULE = re.compile(r"^\.(po-[a-z0-9-]+) \{", re.MULTILINE)  # those of narrow windows and of paper are indented


def laid_out_twice(sheets: Iterable[str]) -> set[str]:
    found = Counter(name for sheet in sheets for name in OWN_RULE.findall(sheet))
    return {name for name, times in found.items() if times > 1}


def test_no_class_is_laid_out_twice() -> None:
    assert laid_out_twice(one.read_text(encoding="utf-8") for one in sorted(SOURCES.glob("*.css"))) == set()


def test_a_class_of_two_sheets_is_found() -> None:
    """The control; what a narrow window changes is no second place."""
    assert laid_out_twice(
        [".po-a { color: red; }\n@media print {\n  .po-a { color: black; }\n}", ".po-a { top: 0; }"]
    ) == {"po-a"}
    assert laid_out_twice([".po-a { color: red; }\n@media print {\n  .po-a { color: black; }\n}"]) == set()
