# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each key of the policy is for, in words: the comments of policy.toml, and their translations beside it.

The Italian comments are the source. ``policy.<locale>.toml`` says the same of the first key under each comment; where a
language has no such file its readers get the Italian.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import tomlkit
from tomlkit.items import Comment, Table, Whitespace

from config.policy import SHIPPED


@dataclass(frozen=True)
class Explained:
    """One comment and the keys under it, up to the next comment."""

    section: str
    keys: tuple[str, ...]
    text: str


@cache
def explanations(locale: str = "it") -> tuple[Explained, ...]:
    """Every group of keys in the order of the file, explained in a language."""
    groups = tuple(_groups())
    translated = SHIPPED.with_suffix(f".{locale}.toml")
    if not translated.exists():
        return groups
    words = tomllib.loads(translated.read_text(encoding="utf-8"))
    return tuple(replace(group, text=words[group.section][group.keys[0]]) for group in groups)


def _groups() -> Iterator[Explained]:
    for section, table in tomlkit.parse(SHIPPED.read_text(encoding="utf-8")).items():
        assert isinstance(table, Table)
        said: list[str] = []
        keys: list[str] = []
        for key, item in table.value.body:
            if isinstance(item, Comment):
                if keys:
                    yield Explained(section, tuple(keys), " ".join(said))
                    said, keys = [], []
                said.append(item.as_string().strip().removeprefix("#").strip())
            elif key is not None and not isinstance(item, Whitespace):
                keys.append(key.key)
        yield Explained(section, tuple(keys), " ".join(said))
