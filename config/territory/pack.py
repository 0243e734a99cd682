# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a territory's folder must add up to: its name, its province and the totals its tables are checked against."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from config.territory.table import ReferenceFileError

Shape = TypeVar("Shape")
Text = Annotated[str, msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Bounds = tuple[float, float]


class Pack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of a territory.

    province: the car plate, which also names the patron saint's holiday; ambiti, comuni, population: the exact
    totals; population_source, incidence_source: where residents and non-EU incidence come from; latitude, longitude: lowest and highest decimal degrees; neighbour_km: each comune has another one of
    its ambito within this distance.
    """

    name: Text
    region: Text
    province: Text
    ambiti: Count
    comuni: Count
    population: Count
    population_day: date
    population_source: str = ""
    incidence_source: str = ""
    latitude: Bounds
    longitude: Bounds
    neighbour_km: Annotated[float, msgspec.Meta(gt=0)]

    def __post_init__(self) -> None:
        """Bounds the wrong way round would refuse every comune, so they are refused themselves."""
        for name, (low, high) in {"latitude": self.latitude, "longitude": self.longitude}.items():
            if low >= high:
                raise ValueError(f"{name} must give the lower number first, not {low:g} and {high:g}")


def read_toml(file: Path, shape: type[Shape]) -> Shape:
    """The content of a TOML file as `shape`; a syntax error, an unknown key or a wrong value is refused by name."""
    if not file.is_file():
        raise ReferenceFileError(file, None, None, file.name, "is missing; restore it from the repository")
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), shape)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ReferenceFileError(file, None, None, str(error), "correct the value this names") from error
