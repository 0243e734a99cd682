# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tabs of the workload: from the facts of a period to rows, for who looks and what she looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dispatch.reporting.facts import Belongs, Facts, Jobs
from dispatch.reporting.figures import Figures, Key, beside_average
from dispatch.reporting.registers import Person
from dispatch.reporting.rows import NONE, Offers, Row


@dataclass(frozen=True)
class Sieve:
    """What the coordinator looks for; an empty text looks for nothing. ``ambiti`` are hers, null for all."""

    text: str = ""
    ambito: str = ""
    language: str = ""
    ambiti: tuple[str, ...] | None = None

    def shows(self, ambito: str | None) -> bool:
        """Whether what lies there is hers to see."""
        return self.ambiti is None or ambito in self.ambiti

    def finds(self, *texts: str) -> bool:
        return any(self.text.casefold() in text.casefold() for text in texts)

    def of(self, facts: Facts) -> Callable[[Belongs], bool]:
        """Whether a visit or an offer is of her ambiti, of the ambito and of the language she looks for."""
        language = facts.key("language")
        return lambda one: (
            self.shows(one.ambito)
            and self.ambito in ("", one.ambito)
            and (not self.language or language(one) == self.language)
        )


Jobbed = dict[Key, Jobs]
Table = Callable[[Facts, Sieve, Jobbed], list[Row]]


def mediator_rows(facts: Facts, sieve: Sieve, jobs: Jobbed) -> list[Row]:
    """Everybody who works, and who had visits though she left; her hours are whole, wherever she worked them."""
    offers = facts.offers_by("mediator")
    was_at = {(visit.mediator_id, visit.ambito) for visit in facts.visits}
    return [
        _person_row(person, facts, offers.get(person.id, Offers()), jobs.get(person.id, Jobs()))
        for person in facts.people.values()
        if (person.active or person.id in facts.hers) and _is_sought(person, sieve, was_at)
    ]


def _person_row(person: Person, facts: Facts, offers: Offers, jobs: Jobs) -> Row:
    figures, training = facts.hers.get(person.id, Figures()), facts.training.get(person.id, 0)
    spoken = sorted(person.speaks, key=lambda code: (-person.speaks[code], code))
    languages = ", ".join(facts.languages.get(code, code) for code in spoken)
    share_of = facts.period.share_of
    return Row(
        person.code,
        person.name,
        " · ".join(filter(None, (languages, facts.ambiti[person.ambito].name))),
        figures,
        offers,
        limit=None if person.max_week is None else share_of(person.max_week),
        week_limit=person.max_week,
        target=None if person.target_week is None else share_of(person.target_week),
        training=training,
        average=beside_average(figures.used + training, facts.used.values()),
        last=jobs.last,
        latest=jobs.latest,
    )


def _is_sought(person: Person, sieve: Sieve, was_at: set[tuple[int | None, str | None]]) -> bool:
    """She lives or went there, speaks it, and is one of those the coordinator has to do with."""

    def was_in(ambiti: Iterable[str]) -> bool:
        return any((person.id, ambito) in was_at for ambito in ambiti)

    hers = sieve.ambiti is None or person.serves(sieve.ambiti) or was_in(sieve.ambiti)
    is_there = person.ambito == sieve.ambito or was_in((sieve.ambito,))
    there = not sieve.ambito or (sieve.shows(sieve.ambito) and is_there)
    return (
        hers
        and there
        and (not sieve.language or sieve.language in person.speaks)
        and sieve.finds(person.name, person.code)
    )


def language_rows(facts: Facts, sieve: Sieve, jobs: Jobbed) -> list[Row]:
    """The languages that somebody asked for or was asked in; the limit is what those who speak it may work."""
    names = facts.languages
    figures, offers = facts.figures("language", sieve.of(facts)), facts.offers_by("language", sieve.of(facts))
    rows = []
    for code in figures.keys() | offers.keys():
        speakers = [person for person in facts.people.values() if person.active and code in person.speaks]
        limits = [person.max_week for person in speakers]
        known = sum(limit for limit in limits if limit is not None)
        limit = facts.period.share_of(known) if limits and None not in limits else None
        rows.append(
            _row(code, names.get(str(code), str(code)), "", figures, offers, jobs, limit=limit, speakers=len(speakers))
        )
    return _found(rows, sieve)


def ambito_rows(facts: Facts, sieve: Sieve, jobs: Jobbed) -> list[Row]:
    """Every ambito she sees, also where nothing happened: that is what one looks for."""
    figures, offers = facts.figures("ambito", sieve.of(facts)), facts.offers_by("ambito", sieve.of(facts))
    ambiti = facts.ambiti
    shown: set[Key] = {code for code in ambiti if sieve.shows(code) and sieve.ambito in ("", code)}
    named = {code: ambiti[str(code)].name if code in ambiti else "" for code in shown | figures.keys()}
    return _found([_row(code, name, "", figures, offers, jobs) for code, name in named.items()], sieve)


def desk_rows(facts: Facts, sieve: Sieve, jobs: Jobbed) -> list[Row]:
    figures, offers = facts.figures("desk", sieve.of(facts)), facts.offers_by("desk", sieve.of(facts))
    desks = [desk for key, desk in facts.desks.items() if key in figures or key in offers]
    ambiti = facts.ambiti
    rows = [_row(desk.id, desk.name, ambiti[desk.ambito].name, figures, offers, jobs, code=desk.code) for desk in desks]
    return _found(rows, sieve)


def project_rows(facts: Facts, sieve: Sieve, jobs: Jobbed) -> list[Row]:
    """The projects whose time meets the period, and the work that none of them pays for."""
    figures, offers = facts.figures("project", sieve.of(facts)), facts.offers_by("project", sieve.of(facts))
    projects, period = facts.projects, facts.period
    running: set[Key] = {
        one.code for one in projects.values() if one.starts <= period.last and one.ends >= period.first
    }
    named = {code: projects[str(code)].name if code in projects else "" for code in running | figures.keys()}
    return _found([_row(code, name, "", figures, offers, jobs) for code, name in named.items()], sieve)


TABLES: dict[str, Table] = {
    "mediator": mediator_rows,
    "language": language_rows,
    "ambito": ambito_rows,
    "desk": desk_rows,
    "project": project_rows,
}


def _row(
    key: Key,
    name: str,
    about: str,
    figures: dict[Key, Figures],
    offers: dict[Key, Offers],
    jobs: Jobbed,
    *,
    code: str = "",
    limit: int | None = None,
    speakers: int = 0,
) -> Row:
    """A row that is no person's. What belongs to nothing has no name: the page says "without project"."""
    newest = jobs.get(key, Jobs())
    return Row(
        code or (NONE if key is None else str(key)),
        name if key is not None else "",
        about,
        figures.get(key, Figures()),
        offers.get(key, Offers()),
        limit,
        last=newest.last,
        latest=newest.latest,
        speakers=speakers,
    )


def _found(rows: Iterable[Row], sieve: Sieve) -> list[Row]:
    return [row for row in rows if sieve.finds(row.name, row.about, row.key)]
