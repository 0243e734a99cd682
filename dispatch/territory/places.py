# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes places: a desk's building, or the area a mediator lives in (the comune's centre, never a street)."""

from __future__ import annotations

from config.territory import Comune
from dispatch.records.territory import Place


def building(code: str, name: str, address: str, comune: Comune, *, lat: float, lon: float) -> Place:
    """Where a desk receives; the point is the building's own."""
    return Place(
        code=code,
        name=name,
        address=address,
        comune_code=comune.istat_code,
        ambito_code=comune.ambito,
        lat=lat,
        lon=lon,
    )


def home_area(code: str, comune: Comune) -> Place:
    """Where a mediator's journeys begin: the centre of her comune is near enough, and tells no address."""
    return building(code, comune.name, "", comune, lat=comune.lat, lon=comune.lon)
