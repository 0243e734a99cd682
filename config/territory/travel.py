# SPDX-License-Identifier: AGPL-3.0-or-later
"""How mediators move: each means with its factor on a car's minutes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from config.territory.pack import Count, Text, read_toml

FILE = Path(__file__).with_name("travel.toml")


class Means(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One means of transport.

    factor: minutes by this means for one minute by car; max_minutes: how far from home a new mediator is sent
    unless she says otherwise.
    """

    name_it: Text
    name_en: Text
    factor: Annotated[float, msgspec.Meta(gt=0, le=20)]
    max_minutes: Count


@cache
def load_travel(file: Path = FILE) -> dict[str, Means]:
    """Every means of transport by its code, the car first; raises ReferenceFileError."""
    return read_toml(file, dict[str, Means])
