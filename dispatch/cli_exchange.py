# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands that bring the registers in from files and write them out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli_access import database
from dispatch.cli_refusals import BAD_INPUT, refusals_told, settings_or_exit

# The tables are imported inside the commands: `ponte solve` should not wait for a database library.
if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dispatch.exchange.importing import Step, Upload
    from dispatch.exchange.report import Report
    from dispatch.exchange.writing import Table

exchange_commands = typer.Typer(no_args_is_help=True)
SUFFIXES = (".csv", ".xlsx", ".tsv", ".txt")
MOST_SHOWN = 50  # findings told on the screen; the file of rejects has all of them

Files = Annotated[
    list[Path], typer.Argument(help="Files (.csv, .xlsx) or folders with them; the order does not matter.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only check: say what would happen and change nothing.")]
Rejects = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Import the good rows, and write the bad ones there (.csv or .xlsx) with the reason."
    ),
]
Lang = Annotated[str, typer.Option(help="Language of what is told: it or en.")]


@exchange_commands.command("import")
def import_registers(files: Files, dry_run: DryRun = False, rejects: Rejects = None, lang: Lang = "it") -> None:
    """Import mediators, availability, absences, courses, places, organisations, desks, projects and budgets.

    A file is recognised by its name (mediatori.csv, disponibilita.csv, assenze.csv, formazione.csv, luoghi.csv,
    enti.csv, servizi.csv, progetti.csv, budget.csv, turni-in-piu.csv) or by its headers. Nothing is imported when one
    row is bad, unless --rejects is given. Importing the same again changes nothing.

    Examples: ponte import registri/ --dry-run · ponte import mediatori.xlsx --rejects scarti.csv

    Exit codes: 0 imported (or would be), 1 imported without the rejected rows, 2 nothing imported.
    """
    from dispatch.exchange.exporting import rejects_of
    from dispatch.exchange.importing import Keep, import_files
    from dispatch.exchange.register import Work
    from dispatch.kit.clock import now
    from dispatch.web.i18n import negotiate, speaking

    if rejects is not None and (rejects.is_dir() or not rejects.absolute().parent.is_dir()):
        raise typer.BadParameter(f"{rejects}: choose a file in a folder that exists", param_hint="--rejects")
    keep = Keep.NOTHING if dry_run else Keep.GOOD if rejects else Keep.ALL
    with refusals_told(), speaking(negotiate(lang, None)):
        uploads = uploads_of(files)
        with database() as session, progress(uploads) as step:
            with_territory(session)
            report = import_files(Work(session, "cli", now(session)), uploads, keep, step)
        tell(report)
        tables = rejects_of(report) if rejects else []
        for path in write_rejects(tables, rejects) if rejects and tables else []:
            typer.echo(f"-> {path}")
    raise typer.Exit(exit_code(report))


@exchange_commands.command("export")
def export_registers(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; made if it is not there.")],
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="One workbook, registri.xlsx, instead of a CSV per register.")
    ] = False,
    templates: Annotated[
        bool, typer.Option("--templates", help="Write empty files with headers and two sample rows instead.")
    ] = False,
) -> None:
    """Write all registers as files that `ponte import` reads back the same.

    Examples: ponte export registri · ponte export . --xlsx · ponte export modelli --templates
    """
    from dispatch.exchange import exporting
    from dispatch.exchange.writing import as_csv, as_workbook

    with refusals_told():
        if templates:
            tables = exporting.templates()
        else:
            with database() as session:
                tables = exporting.registers_as_tables(session)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if xlsx:
            (folder / "registri.xlsx").write_bytes(as_workbook(tables))
        for table in tables:
            if not xlsx:
                (folder / f"{table.name}.csv").write_bytes(as_csv(table))
            typer.echo(f"{table.name}: {len(table.rows)}")
    except OSError as trouble:
        typer.echo(f"{folder}: {trouble.strerror}. Choose a folder that can be written.", err=True)
        raise typer.Exit(BAD_INPUT) from None


def with_territory(session: "Session") -> None:
    """A fresh installation gets its ambiti and comuni first: every list names them."""
    from dispatch.territory.load import load
    from dispatch.territory.queries import ambito_names

    if not ambito_names(session):
        load(session, settings_or_exit().territory)


def uploads_of(paths: list[Path]) -> "list[Upload]":
    """The files named, and those of the folders named; one that is not there ends the command."""
    from dispatch.exchange.importing import Upload

    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        found += [one for one in inside if not one.name.startswith(("~$", "."))]  # Excel's own trace of an open file
    try:
        return [Upload(str(path), path.read_bytes()) for path in found]
    except OSError as trouble:
        typer.echo(f"{trouble.filename}: {trouble.strerror}. Check the name.", err=True)
        raise typer.Exit(BAD_INPUT) from None


@contextmanager
def progress(uploads: "list[Upload]") -> "Iterator[Step]":
    """A bar over the lines, on a terminal only."""
    from rich.console import Console
    from rich.progress import Progress

    lines = sum(upload.content.count(b"\n") for upload in uploads if upload.name.lower().endswith(".csv"))
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=lines or None)
        yield lambda: bar.advance(task)


def tell(report: "Report") -> None:
    """Each finding on a line of its own on stderr, then what became of each register on stdout."""
    from dispatch.exchange.words import finding_in_words, report_in_words

    for finding in report.findings[:MOST_SHOWN]:
        typer.echo(finding_in_words(finding), err=True)
    if len(report.findings) > MOST_SHOWN:
        typer.echo(f"… +{len(report.findings) - MOST_SHOWN}", err=True)
    for line in report_in_words(report):
        typer.echo(line)


def write_rejects(tables: "list[Table]", file: Path) -> list[Path]:
    """The rejected rows: a workbook, or a CSV; several registers make several CSV, named after them."""
    from dispatch.exchange.writing import as_csv, as_workbook

    if file.suffix.lower() == ".xlsx":
        file.write_bytes(as_workbook(tables))
        return [file]
    if len(tables) == 1:
        file.write_bytes(as_csv(tables[0]))
        return [file]
    written = [file.with_name(f"{file.stem}-{table.name}{file.suffix or '.csv'}") for table in tables]
    for path, table in zip(written, tables, strict=True):
        path.write_bytes(as_csv(table))
    return written


def exit_code(report: "Report") -> int:
    if not report.errors:
        return 0
    return 1 if report.applied else BAD_INPUT
