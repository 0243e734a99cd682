# SPDX-License-Identifier: AGPL-3.0-or-later
"""The import pages: choose files, see what was found row by row, then import exactly the files that were checked."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from dispatch.access.visitor import Visitor, Who
from dispatch.errors import FieldProblem, NotFound, NotUnderstood
from dispatch.exchange.exporting import registers_as_tables, rejects_of, template, templates
from dispatch.exchange.importing import Keep, Upload, import_files
from dispatch.exchange.page import checked_page, import_page
from dispatch.exchange.parcels import LARGEST, unpack
from dispatch.exchange.register import Work as Saving
from dispatch.exchange.registers import REGISTERS
from dispatch.exchange.report import Report
from dispatch.exchange.writing import as_csv, as_workbook
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render

MOST_FILES = 20
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
router = APIRouter(include_in_schema=False, prefix="/import")
File = Annotated[str, Path(pattern=r"^[a-z-]{1,40}\.(csv|xlsx)$")]


async def uploaded(request: Request) -> list[Upload]:
    """The files that were chosen; an input left empty is no file."""
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        files = [item for item in form.getlist("files") if isinstance(item, UploadFile) and item.filename]
        return [Upload(file.filename or "", await file.read()) for file in files]


class Confirmation:
    """The parcel of checked files, and whether all or only the good rows are wanted."""

    def __init__(self, parcel: str, keep: str) -> None:
        self.parcel, self.keep = parcel, keep


async def confirmed(request: Request) -> Confirmation:
    async with request.form(max_files=0, max_fields=MOST_FILES, max_part_size=2 * LARGEST) as form:
        return Confirmation(str(form.get("parcel", "")), str(form.get("keep", "")))


Uploaded = Annotated[list[Upload], Depends(uploaded)]
Confirmed = Annotated[Confirmation, Depends(confirmed)]


@router.get("")
def choose_files(request: Request) -> Response:
    """Where files are chosen, with templates to start from."""
    return render(request, "exchange/import.html", page=import_page())


@router.post("")
def check_files(request: Request, session: Work, who: Who, uploads: Uploaded) -> Response:
    """What the files hold and what is wrong with them; nothing is kept."""
    if problem := _unfit(uploads):
        return render(request, "exchange/import.html", status_code=422, page=import_page([problem]))
    return _told(request, _bring(session, who, uploads, Keep.NOTHING), uploads)


@router.post("/apply")
def import_checked(request: Request, session: Work, who: Who, given: Confirmed) -> Response:
    """Import the checked files: all rows, or the good ones where somebody chose so."""
    try:
        uploads = unpack(given.parcel)
    except NotUnderstood as refused:
        return render(request, "exchange/import.html", status_code=422, page=import_page(refused.fields))
    report = _bring(session, who, uploads, Keep.GOOD if given.keep == Keep.GOOD else Keep.ALL)
    return _told(request, report, uploads)


@router.post("/rejects")
def download_rejects(session: Work, who: Who, given: Confirmed) -> Response:
    """The rows that cannot be imported, as they were typed, with the reason in one more column."""
    tables = rejects_of(_bring(session, who, unpack(given.parcel), Keep.NOTHING))
    return _download("scarti.xlsx", as_workbook(tables), XLSX) if tables else Response(status_code=204)


@router.get("/templates/{file}")
def download_template(file: File) -> Response:
    """One register's headers with two sample rows, or all of them in a workbook."""
    if file == "modello.xlsx":
        return _download(file, as_workbook(templates()), XLSX)
    for register in REGISTERS:
        if file == f"{register.name}.csv":
            return _download(file, as_csv(template(register)), CSV)
    raise NotFound(_("There is no such template."))


@router.get("/registers.xlsx")
def download_registers(session: Work) -> Response:
    """All registers as they stand, in a workbook that can be imported again."""
    return _download("registri.xlsx", as_workbook(registers_as_tables(session)), XLSX)


def _bring(session: Work, who: Visitor, uploads: list[Upload], keep: Keep) -> Report:
    return import_files(Saving(session, who.actor, now(session)), uploads, keep)


def _told(request: Request, report: Report, uploads: list[Upload]) -> Response:
    status: Literal[200, 422] = 422 if report.errors and not report.applied else 200
    page = checked_page(report, uploads)
    return render(request, "exchange/checked.html", status_code=status, page=page)


def _unfit(uploads: list[Upload]) -> FieldProblem | None:
    if not uploads:
        return FieldProblem("files", _("No file is chosen."), None, _("Choose one or more .csv or .xlsx files."))
    if sum(len(upload.content) for upload in uploads) > LARGEST:
        message = _("Together the files have more than %(most)d MB.") % {"most": LARGEST // 1024**2}
        return FieldProblem("files", message, None, _("Import fewer at a time, or use the command ponte import."))
    return None


def _download(name: str, content: bytes, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
