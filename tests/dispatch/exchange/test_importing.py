# SPDX-License-Identifier: AGPL-3.0-or-later
"""An import is all or nothing, unless rejects are asked for; each bad row is named with what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.exchange.exporting import rejects_of, templates
from dispatch.exchange.importing import Keep, Upload, import_files
from dispatch.exchange.register import Work
from dispatch.exchange.report import Report
from dispatch.exchange.writing import Table, as_csv, as_workbook
from dispatch.kit.saved import Outcome
from dispatch.kit.session import Database
from dispatch.records import Absence, Assignment, Availability, Desk, Mediator, Place
from dispatch.territory.load import load
from tests import make

HEADER = "Codice;Nome;Sesso;Cellulare;Cooperativa;Comune di residenza;Lingue;Costo orario (€)\n"
AMINA = "m1;Amina B.;F;333 1234567;coop;Trescore Balneario;arabo madrelingua, francese;27,50\n"
LI = "m2;Li W.;M;333 7654321;coop;Clusone;cinese madrelingua;25\n"
BAD = "m3;Olena;F;035 123456;coop;Clusonne;ucraino;27,505\n"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        load(session, "bergamo")
        make.organisation(session, "coop")
        yield session


def bring(session: Session, keep: Keep = Keep.ALL, **files: str) -> Report:
    """Import these texts; the name of each is its register's."""
    uploads = [Upload(f"{name}.csv", text.encode()) for name, text in files.items()]
    return import_files(Work(session, "test", make.NOW), uploads, keep)


def people(session: Session) -> list[str]:
    return list(session.scalars(select(Mediator.code).order_by(Mediator.code)))


def test_a_cooperatives_own_list_comes_in(session: Session) -> None:
    """Italian headers in their own words, semicolons, decimal commas."""
    report = bring(session, mediatori=HEADER + AMINA + LI)
    assert report.findings == []
    assert (report.applied, report.count(Outcome.CREATED)) == (True, 2)
    amina = session.scalars(select(Mediator).where(Mediator.code == "m1")).one()
    assert (amina.phone, amina.hourly_cost) == ("+393331234567", 2750)
    assert {one.language_code: one.level for one in amina.languages} == {"ar": 3, "fr": 2}


def test_one_bad_row_keeps_all_out_and_everything_wrong_is_said(session: Session) -> None:
    """Every finding has file, line, column, value and remedy, in one go."""
    report = bring(session, mediatori=HEADER + AMINA + BAD)
    assert (report.applied, people(session)) == (False, [])
    assert {(one.file, one.line, one.column, one.value) for one in report.errors} == {
        ("mediatori.csv", 3, "Costo orario (€)", "27,505"),
        ("mediatori.csv", 3, "Cellulare", "035 123456"),
        ("mediatori.csv", 3, "Comune di residenza", "Clusonne"),
    }
    assert any("27,50" in one.remedy for one in report.errors)
    assert any("Clusone" in one.remedy for one in report.errors)


def test_rejects_let_the_good_rows_in_and_come_back_mended(session: Session) -> None:
    """The bad row is written as it was typed with the reason beside it; mended it is imported with that column."""
    report = bring(session, Keep.GOOD, mediatori=HEADER + AMINA + BAD)
    assert (report.applied, people(session)) == (True, ["m1"])
    [table] = rejects_of(report)
    assert table.rows[0][:4] == ["m3", "Olena", "F", "035 123456"]
    assert "27,50" in table.rows[0][-1]
    mended = as_csv(table).decode().replace("035 123456", "333 1112223").replace("Clusonne", "Clusone")
    report = bring(session, mediatori=mended.replace("27,505", "27"))
    assert (report.findings, people(session)) == ([], ["m1", "m3"])


def test_a_trial_keeps_nothing(session: Session) -> None:
    """It says what would happen."""
    report = bring(session, Keep.NOTHING, mediatori=HEADER + AMINA)
    assert (report.applied, report.count(Outcome.CREATED), people(session)) == (False, 1, [])


def test_importing_twice_changes_nothing(session: Session) -> None:
    """The second time every row is as before; one changed cell is one change."""
    bring(session, mediatori=HEADER + AMINA + LI)
    assert bring(session, mediatori=HEADER + AMINA + LI).count(Outcome.UNCHANGED) == 2
    report = bring(session, mediatori=HEADER + AMINA.replace("27,50", "28") + LI)
    assert (report.count(Outcome.CHANGED), report.count(Outcome.UNCHANGED)) == (1, 1)


def test_a_few_columns_change_only_those(session: Session) -> None:
    """What a file does not tell stays; a blank cell takes away."""
    bring(session, mediatori=HEADER.strip() + ";Competenze;Ore a settimana\n" + AMINA.strip() + ";scuola;20\n")
    bring(session, mediatori="codice;cellulare;ore a settimana\nm1;333 9998887;\n")
    amina = session.scalars(select(Mediator)).one()
    assert (amina.phone, amina.skills, amina.max_week, amina.name) == ("+393339998887", ["school"], None, "Amina B.")


def test_without_codes_names_will_do(session: Session) -> None:
    """A code is made from the name, and other lists may name her by it."""
    rows = HEADER.replace("Codice;", "") + AMINA.removeprefix("m1;")
    report = bring(session, mediatori=rows, assenze="mediatore;dal;al\nAmina B.;24/12/2026;06/01/2027\n")
    assert (report.findings, people(session)) == ([], ["amina-b"])
    assert session.scalar(select(func.count()).select_from(Absence)) == 1


def test_a_name_that_two_share_asks_for_the_code(session: Session) -> None:
    """Nobody guesses which of them is away; a name that nobody has is asked back with what it may mean."""
    both = HEADER + AMINA + LI.replace("Li W.", "Amina B.")
    report = bring(session, mediatori=both, assenze="mediatore;dal\nAmina B.;24/12/2026\nAmina Bi.;24/12/2026\n")
    assert [one.line for one in report.errors] == [2, 3]
    assert "m1, m2" in report.errors[0].message
    assert "m1" in report.errors[1].remedy or "m2" in report.errors[1].remedy


def test_an_unknown_column_is_told_and_a_slip_is_refused(session: Session) -> None:
    """ "Note" is passed over with a word; "Celulare" is surely a telephone, and losing it would be worse."""
    report = bring(session, mediatori=HEADER.strip() + ";Note\n" + AMINA.strip() + ";boh\n")
    assert report.applied
    assert [one.column for one in report.warnings] == ["Note"]
    report = bring(session, mediatori=HEADER.replace("Cellulare", "Celulare") + AMINA)
    assert not report.applied
    assert [(one.line, one.column) for one in report.errors] == [(1, "Celulare")]
    assert "cellulare" in report.errors[0].remedy


def test_two_columns_and_two_rows_of_the_same_are_refused(session: Session) -> None:
    """Which of them should win is nobody's guess."""
    report = bring(session, mediatori="codice;telefono;cellulare\nm1;1;2\n")
    assert "cellulare" in report.errors[0].column
    report = bring(session, mediatori=HEADER + AMINA + AMINA)
    assert [(one.line, one.column) for one in report.errors] == [(3, "Codice")]
    assert "2" in report.errors[0].message


def test_a_comma_too_many_is_seen(session: Session) -> None:
    """A decimal comma without quotes in a file parted by commas would shift every cell after it."""
    report = bring(session, budget="progetto,ambito,ore\nfami,tutti,27,50\n")
    assert "4" in report.errors[0].message


def test_a_file_without_its_first_column_is_refused(session: Session) -> None:
    """And the headers it needs are named."""
    report = bring(session, assenze="dal;al\n24/12/2026;06/01/2027\n")
    assert "mediatore" in report.errors[0].message
    assert report.is_hopeless


def test_overlapping_shifts_name_both_rows(session: Session) -> None:
    """The pattern of one mediator is kept or refused as a whole; another's comes in."""
    bring(session, mediatori=HEADER + AMINA + LI)
    rows = "mediatore;giorno;dalle;alle\nm1;lun;9;13\nm1;lun-mar;12;15\nm2;ven;9:00;13:00\n"
    report = bring(session, Keep.GOOD, disponibilita=rows)
    [error] = report.errors
    assert (error.line, "lun 9:00-13:00" in error.message) == (3, True)
    assert [row[0] for row in rejects_of(report)[0].rows] == ["m1", "m1"]
    assert session.scalar(select(func.count()).select_from(Availability)) == 1


def test_an_unreadable_shift_keeps_the_whole_pattern_out(session: Session) -> None:
    """Else the rest of her week would replace what stood."""
    bring(session, mediatori=HEADER + AMINA)
    report = bring(session, Keep.GOOD, disponibilita="mediatore;giorno;dalle;alle\nm1;lun;9;13\nm1;mar;9;boh\n")
    assert len(report.errors) == 1
    assert report.rejected == 2
    assert session.scalar(select(func.count()).select_from(Availability)) == 0


def test_an_unreadable_shift_of_nobody_is_a_finding(session: Session) -> None:
    """Its mediator is blank, in the last column or before it: it is refused alone, and hers come in."""
    bring(session, mediatori=HEADER + AMINA)
    hers = "lun;9:00;13:00;m1\n"
    for header, line, shift in (
        ("giorno;dalle;alle;mediatore\n", "lun;25:99;;\n", hers),
        ("mediatore;giorno;dalle;alle\n", ";lun;25:99;13\n", "m1;mar;9:00;13:00\n"),
    ):
        report = bring(session, Keep.GOOD, disponibilita=header + line + shift)
        assert {error.line for error in report.errors} == {2}
        assert report.rejected == 1
        assert session.scalar(select(func.count()).select_from(Availability)) == 1


def test_an_absence_over_a_booking_asks_and_the_file_can_answer(session: Session) -> None:
    """Refused with the visit shown; with "libera" in the column the visit is released."""
    from tests.dispatch.offers.scene import NEXT_WEEK, publish, slot

    amina = make.mediator(session, "m1")
    visit = publish(session, slot(session), [amina])
    rows = f"mediatore;dal;al;interventi prenotati\nm1;{NEXT_WEEK:%d/%m/%Y};;\n"
    report = bring(session, assenze=rows)
    [error] = report.errors
    assert error.column == "interventi prenotati"
    assert "10:00" in error.message
    assert bring(session, assenze=rows.replace(";;\n", ";;libera\n")).applied
    session.refresh(visit)
    assert session.get_one(Assignment, visit.id).status == "withdrawn"


HOSTILE = [
    "𝕏'; DROP TABLE desk; --",
    "9" * 30,
    "31/12/9999",
    "-1",
    "0",
    "a" * 500,
    "(",
    "2026-10-25T02:30+99:00",
    "﷽ ‮x",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_stands_in_a_cell_the_row_is_read_or_named(session: Session, value: str) -> None:
    """Every column of every register with something nobody expected: a finding with a remedy, never a failure."""
    tables = templates()
    bring(session, Keep.ALL, **{table.name: as_csv(table).decode() for table in tables})
    for table in tables:
        rows = [
            [value if at == hostile else cell for at, cell in enumerate(table.rows[0])]
            for hostile in range(len(table.header))
        ]
        report = bring(session, Keep.GOOD, **{table.name: as_csv(Table(table.name, table.header, rows)).decode()})
        assert all(one.remedy and one.column for one in report.errors), report.errors


def test_a_desk_can_bring_its_own_building(session: Session) -> None:
    """Address and comune in the list of desks make the place; the SMS label is neutral by itself."""
    rows = "nome;settore;ente;indirizzo;comune\nIC Clusone;scuola;coop;via Roma 1;Clusone\n"
    assert bring(session, servizi=rows).findings == []
    desk = session.scalars(select(Desk)).one()
    assert (desk.code, desk.sms_label, desk.place.address) == ("ic-clusone", "scuola", "via Roma 1")
    assert bring(session, servizi=rows).count(Outcome.UNCHANGED) == 1


def test_a_row_refused_leaves_nothing_of_itself(session: Session) -> None:
    """The building of a desk whose organisation is unknown is not kept either."""
    rows = "nome;settore;ente;indirizzo;comune\nIC Clusone;scuola;nessuno;via Roma 1;Clusone\n"
    report = bring(session, Keep.GOOD, servizi=rows)
    assert report.rejected == 1
    assert session.scalar(select(func.count()).select_from(Place)) == 0


@pytest.mark.parametrize("as_book", [False, True])
def test_the_templates_can_be_imported_as_they_are(database: Database, as_book: bool) -> None:
    """Each sample row shows something that works."""
    book = [Upload("modello.xlsx", as_workbook(templates()))]
    files = book if as_book else [Upload(f"{one.name}.csv", as_csv(one)) for one in templates()]
    with database.begin() as session:
        load(session, "bergamo")
        report = import_files(Work(session, "test", make.NOW), files, Keep.ALL)
        assert report.findings == []
        assert all(told.outcomes.total() for told in report.sheets)
