# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of carrier error codes: configuration, read from codes.toml or from a file of the installation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from notifications.providers.port import FailureClass

SHIPPED: Final = Path(__file__).with_name("codes.toml")


class CodesError(ValueError):
    """A code table that cannot be used; the message names the file, the key and what to write."""


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Code → what to do about it, and in words why."""

    entries: Mapping[int, tuple[FailureClass, str]]

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Read a table. Raises CodesError for an unknown class, a code that is no number, or one given twice."""
        entries: dict[int, tuple[FailureClass, str]] = {}
        for name, codes in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name not in set(FailureClass) - {FailureClass.UNKNOWN}:
                raise CodesError(f"{path.name}: class {name!r} is unknown; use never_again, try_again or alarm")
            for code, reason in codes.items():
                if not code.isdecimal():
                    raise CodesError(f"{path.name}: {code!r} under {name} is no error code; write digits only")
                if int(code) in entries:
                    raise CodesError(f"{path.name}: code {code} is in {entries[int(code)][0]} and in {name}; keep one")
                entries[int(code)] = (FailureClass(name), str(reason))
        return cls(entries)

    def classify(self, code: int | None) -> FailureClass:
        """What to do about a failure with this code; None (no code given) is unknown."""
        entry = None if code is None else self.entries.get(code)
        return entry[0] if entry else FailureClass.UNKNOWN

    def reason(self, code: int | None) -> str | None:
        """The reason in plain English, or None for a code nobody has explained."""
        entry = None if code is None else self.entries.get(code)
        return entry[1] if entry else None
