# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads docker-compose.yml and Dockerfile as their engine does: variables filled in, instructions by stage."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


class Unset(LookupError):
    """A variable that must be set is not."""


def composed(variables: Mapping[str, str], text: str | None = None) -> dict[str, Any]:
    """docker-compose.yml with these variables, as `docker compose config` would show it."""
    written = (ROOT / "docker-compose.yml").read_text(encoding="utf-8") if text is None else text

    def filled(found: re.Match[str]) -> str:
        name, rule, rest = found.groups()
        if value := variables.get(name, ""):
            return value
        if rule == "?":
            raise Unset(f"{name}: {rest}")
        return rest or ""

    read: dict[str, Any] = yaml.safe_load(VARIABLE.sub(filled, written))
    return read


@dataclass
class Stage:
    """One FROM and what follows it: (instruction, its words)."""

    name: str
    steps: list[tuple[str, list[str]]] = field(default_factory=list)

    def all(self, instruction: str) -> list[list[str]]:
        return [words for name, words in self.steps if name == instruction]

    def one(self, instruction: str) -> list[str]:
        """The words of the last of them, which is the one that counts."""
        return self.all(instruction)[-1]

    def environment(self) -> dict[str, str]:
        return dict(word.split("=", 1) for words in self.all("ENV") for word in words)

    def commands(self) -> list[list[str]]:
        """The single commands of its RUN lines."""
        found: list[list[str]] = []
        for words in self.all("RUN"):
            found.append([])
            for word in words:
                if word == "&&":
                    found.append([])
                else:
                    found[-1].append(word)
        return found


def stages(text: str | None = None) -> list[Stage]:
    """The stages of the Dockerfile; a form in JSON counts as its words."""
    written = (ROOT / "Dockerfile").read_text(encoding="utf-8") if text is None else text
    found: list[Stage] = []
    for line in re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", written, flags=re.MULTILINE)).splitlines():
        if not line.strip():
            continue
        instruction, rest = line.split(maxsplit=1)
        words = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
        if instruction == "FROM":
            found.append(Stage(words[-1]))
        else:
            found[-1].steps.append((instruction, words))
    return found
