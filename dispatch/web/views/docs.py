# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page that explains the API shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A parameter, or a field of a body by its path; ``kind`` is its type in words."""

    name: str
    kind: str
    required: bool
    description: str = ""


@dataclass(frozen=True)
class Operation:
    """One method of one path; ``answers`` are (status, meaning)."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Part, ...]
    body: tuple[Part, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Command:
    """One command to copy; ``title`` and ``about`` are in the reader's language."""

    title: str
    about: str
    text: str


@dataclass(frozen=True)
class CurlPage:
    """``first`` are set once in a terminal, then the ``commands`` work as they stand."""

    first: tuple[Command, ...]
    commands: tuple[Command, ...]


@dataclass(frozen=True)
class DocsPage:
    title: str
    about: str
    operations: tuple[Operation, ...]
