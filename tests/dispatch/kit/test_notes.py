# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must not be in a note is found, and ordinary notes pass."""

from __future__ import annotations

import pytest

from dispatch.kit.notes import name_in, tax_code_in


@pytest.mark.parametrize(
    "note",
    [
        "RSSMRA85T10A562S",
        "cf rssmra85t10a562s.",
        "RSS MRA 85T10 A562S",
        "codice RSSMRA85T10A56NS per la pratica",
    ],
)
def test_a_tax_code_is_found_however_it_is_written(note: str) -> None:
    """Lower case, spaces, and the letters that stand for digits where two people collide."""
    assert tax_code_in(note)


@pytest.mark.parametrize("note", ["", "Aula 3, secondo piano", "protocollo AB12CD34EF56GH78", "telefono 0350000000"])
def test_other_codes_are_no_tax_code(note: str) -> None:
    """Sixteen signs alone do not make one."""
    assert tax_code_in(note) is None


@pytest.mark.parametrize(
    ("note", "name"),
    [
        ("Colloquio con Fatima Haddad", "Fatima Haddad"),
        ("la sig.ra Haddad arriva tardi", "sig.ra Haddad"),
        ("il bambino Yussef è nuovo", "bambino Yussef"),
        ("D'Angelo Rossi al secondo piano", "D'Angelo Rossi"),
        ("colloquio con MARIO ROSSI", "MARIO ROSSI"),
        ("ROSSI Mario, aula 3", "ROSSI Mario"),
        ("D'ANGELO ÈVELINE", "D'ANGELO ÈVELINE"),
        ("ASST MARIO ROSSI", "MARIO ROSSI"),
        ("colloquio con Rossi M. alle 9", "Rossi M."),
        ("ROSSI M.", "ROSSI M."),
        ("M. Rossi arriva tardi", "M. Rossi"),
        ("colloquio con F. HADDAD", "F. HADDAD"),
        ("colloquio con Maria Sala", "Maria Sala"),
        ("colloquio con Sai Kumar", "Sai Kumar"),
    ],
)
def test_what_looks_like_a_name_is_found(note: str, name: str) -> None:
    """Two capitalised words in a row, a title with one after it, or one with an initial."""
    assert name_in(note) == name


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Aula 3, secondo piano",
        "Entrare dal cortile. Chiedere in segreteria",
        "portare il modulo ISEE",
        "la madre parla poco",
        "IC TRESCORE, ingresso B",
        "CPIA BERGAMO, sede di Treviglio",
        "UONPIA e ASST",
        "PORTARE IL MODULO ISEE",
        "Chiedere in Aula B. Salire al terzo piano",
        "Scala C.",
        "Poliambulatorio di S. Marco",
        "Ingresso da via G. Verdi 4",
        "IC A. Manzoni, secondo piano",
    ],
)
def test_ordinary_notes_pass(note: str) -> None:
    """A capital at the beginning of a sentence or an acronym is nobody's name."""
    assert name_in(note) is None


def test_the_desks_own_words_pass() -> None:
    """The name of the desk or of its place is no person's."""
    assert name_in("Ritrovo al Papa Giovanni", ["Ospedale Papa Giovanni XXIII"]) is None
