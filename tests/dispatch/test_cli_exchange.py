# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands bring registers in from files and folders and write them out, with exit codes that mean something."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from dispatch.cli import app
from dispatch.kit.session import Database
from dispatch.records import Mediator

BAD = "codice;nome;genere;cellulare;ente;abita a;lingue;costo orario\nm9;Ada;F;035 123456;coop-1;Clusone;arabo;25\n"


@pytest.fixture
def ponte(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """In an empty folder, before an installation that nobody has filled."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("PONTE_SECRET", "test")
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def people(database: Database) -> int:
    with database.begin() as session:
        return session.scalar(select(func.count()).select_from(Mediator)) or 0


def test_templates_go_out_and_their_folder_comes_in(ponte: CliRunner, database: Database) -> None:
    """A trial changes nothing, the import fills the registers, and what goes out again is as before."""
    assert ponte.invoke(app, ["export", "modelli", "--templates"]).exit_code == 0
    trial = ponte.invoke(app, ["import", "modelli", "--dry-run"])
    assert (trial.exit_code, people(database)) == (0, 0), trial.output
    assert "Solo una prova" in trial.output
    assert ponte.invoke(app, ["import", "modelli"]).exit_code == 0
    assert people(database) == 2
    assert ponte.invoke(app, ["export", "fuori"]).exit_code == 0
    again = ponte.invoke(app, ["import", "fuori", "--lang", "en"])
    assert "mediatori: 0 new, 0 changed, 2 as before, 0 refused" in again.output
    assert ponte.invoke(app, ["export", ".", "--xlsx"]).exit_code == 0
    assert ponte.invoke(app, ["import", "registri.xlsx"]).exit_code == 0


def test_a_bad_row_is_told_and_rejects_can_be_asked_for(ponte: CliRunner, database: Database, tmp_path: Path) -> None:
    """Exit 2 with nothing imported; with --rejects exit 1, the good rows in, and the bad one in the file."""
    ponte.invoke(app, ["export", "modelli", "--templates"])
    (tmp_path / "modelli" / "altri mediatori.csv").write_text(BAD, encoding="utf-8")
    refused = ponte.invoke(app, ["import", "modelli"])
    assert (refused.exit_code, people(database)) == (2, 0)
    assert "altri mediatori.csv, riga 2, cellulare “035 123456”: È un telefono fisso" in refused.output
    partly = ponte.invoke(app, ["import", "modelli", "--rejects", "scarti.csv"])
    assert (partly.exit_code, people(database)) == (1, 2)
    assert "035 123456" in (tmp_path / "scarti.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "non-c-e.csv"], "non-c-e.csv"),
        (["import", ".", "--rejects", "nessuna/cartella.csv"], "cartella.csv"),
        (["import", "foglio.csv"], "mediatori"),
    ],
)
def test_what_cannot_be_read_or_written_is_named(ponte: CliRunner, tmp_path: Path, words: list[str], said: str) -> None:
    """Exit 2 and a sentence, before anything is done."""
    (tmp_path / "foglio.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    answer = ponte.invoke(app, words)
    assert answer.exit_code == 2
    assert said in answer.output
