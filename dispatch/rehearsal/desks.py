# SPDX-License-Identifier: AGPL-3.0-or-later
"""Made-up desks in real comuni, more of them where more residents come from outside the EU, and who they belong to."""

from __future__ import annotations

from random import Random

from config.territory import Comune, Territory
from dispatch.records.statuses import OrganisationRole
from dispatch.records.territory import Desk, Organisation
from dispatch.rehearsal.draws import one_of, spread_out
from dispatch.rehearsal.profiles import Profile
from dispatch.rehearsal.words import DESK_WORDS, slug
from dispatch.territory.places import building

USUAL_INCIDENCE = 10.0  # residents from outside the EU per 100, where no figure was found
BUILDING_SPREAD = 0.006  # degrees around the comune's centre, about 500 m
LABEL = 24


def ambiti_of(territory: Territory, count: int) -> list[str]:
    """The first ``count`` ambiti; a smaller territory is the eastern district, whose figures are known."""
    known = [ambito.code for ambito in territory.ambiti if ambito.incidence_percent is not None]
    everywhere = [ambito.code for ambito in territory.ambiti]
    return (known if count <= len(known) else everywhere)[:count]


def weights(territory: Territory, ambiti: list[str]) -> dict[Comune, float]:
    """Residents from outside the EU by comune, as far as the figures of its ambito tell."""
    incidence = {ambito.code: ambito.incidence_percent or USUAL_INCIDENCE for ambito in territory.ambiti}
    return {one: one.population * incidence[one.ambito] for one in territory.comuni if one.ambito in ambiti}


def organisations() -> dict[str, Organisation]:
    """The lead body, two managing cooperatives, and one requesting body for each sector."""
    asking = {
        "school": "Istituti scolastici della provincia",
        "social": "Uffici di piano degli ambiti",
        "health": "Aziende sanitarie della provincia",
        "town": "Comuni della provincia",
        "shelter": "Enti di accoglienza",
    }
    found = {
        "capofila": Organisation(code="capofila", name="Ambito capofila del progetto", role=OrganisationRole.LEAD),
        "coop-1": Organisation(code="coop-1", name="Cooperativa Le Due Rive", role=OrganisationRole.PROVIDER),
        "coop-2": Organisation(code="coop-2", name="Cooperativa Parole Vicine", role=OrganisationRole.PROVIDER),
    }
    for sector, name in asking.items():
        found[sector] = Organisation(code=f"enti-{sector}", name=name, role=OrganisationRole.REQUESTING)
    return found


def desks(random: Random, profile: Profile, comuni: dict[Comune, float], owners: dict[str, Organisation]) -> list[Desk]:
    """``profile.desks`` of them: at least one in each ambito, sectors after their share of demand."""
    sectors = list(profile.sectors)
    counts = spread_out([profile.sectors[sector].share for sector in sectors], profile.desks)
    drawn = [sector for sector, count in zip(sectors, counts, strict=True) for _ in range(count)]
    random.shuffle(drawn)
    made: dict[str, Desk] = {}
    for sector, comune in zip(drawn, where(random, comuni, profile.desks), strict=True):
        desk = one_desk(random, sector, comune, owners[sector], set(made), len(made) + 1)
        made[desk.code] = desk
    return list(made.values())


def where(random: Random, comuni: dict[Comune, float], count: int) -> list[Comune]:
    ambiti = sorted({comune.ambito for comune in comuni})
    mass = [sum(weight for one, weight in comuni.items() if one.ambito == ambito) for ambito in ambiti]
    shared = spread_out(mass, count - len(ambiti))
    found = []
    for ambito, more in zip(ambiti, shared, strict=True):
        within = {one: weight for one, weight in comuni.items() if one.ambito == ambito}
        found += [one_of(random, within) for _ in range(more + 1)]
    random.shuffle(found)
    return found


def one_desk(random: Random, sector: str, comune: Comune, owner: Organisation, taken: set[str], number: int) -> Desk:
    words = random.choice(DESK_WORDS[sector])
    stem = f"{words.prefix}-{slug(comune.sms_name)}"
    code = next(code for code in (stem, *(f"{stem}-{again}" for again in range(2, 99))) if code not in taken)
    suffix = code.removeprefix(stem).replace("-", " n. ")
    name = words.name.format(comune.name) + suffix
    place = building(
        code,
        name,
        f"{words.street} {random.randint(1, 60)}, {comune.name}",
        comune,
        lat=round(comune.lat + random.uniform(-BUILDING_SPREAD, BUILDING_SPREAD), 5),
        lon=round(comune.lon + random.uniform(-BUILDING_SPREAD, BUILDING_SPREAD), 5),
    )
    return Desk(
        code=code,
        name=name,
        sector=sector,
        sms_label=f"{words.label} {comune.sms_name}"[:LABEL],
        organisation=owner,
        place=place,
        contact=f"segreteria, 035 0000{number:03d}",
    )
