"""Reading an uploaded file row by row, and refusing what is no plain table."""

import codecs
import csv
import zipfile
import zlib
from datetime import date, datetime

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from backoffice.workflow.refusal import TransitionRefused

# Whom an import changes is locked till its end, and an agent's correction waits 20 s for that.
MOST_ROWS = 20_000
SHEET_ROWS = 1_048_576  # Excel's; openpyxl fills up with empty ones to any number a file names
MOST_COLUMNS = 50
LONGEST_CELL = 500  # letters
# Many times what so many rows of these columns take unpacked: workbooks are styled.
MOST_UNPACKED = 250_000_000  # bytes
MOST_STRINGS = 80_000_000  # bytes; openpyxl holds these at once
BLOCK = 1 << 20
# What openpyxl raises at a file that is no proper workbook.
UNREADABLE = (
    *(InvalidFileException, zipfile.BadZipFile, SyntaxError),
    *(IndexError, KeyError, ValueError, TypeError, AttributeError),
    *(zlib.error, EOFError),
)


def rows_of(path):
    """
    Yield the rows of a CSV or XLSX file, headings first, each a list of texts.

    What it is shows its beginning, not its name. An empty row is an empty list.

    :raises TransitionRefused: it cannot be read; the sentence says why
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK"):
        return _limited(_xlsx_rows(path))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TransitionRefused(
            _("This is an old XLS file or one with a password. Save it as XLSX without one.")
        )
    if not head:
        raise TransitionRefused(_("The file is empty."))
    return _limited(_csv_rows(path, _encoding(path)))


def _limited(rows):
    filled = 0
    for number, row in enumerate(rows):
        while row and not row[-1]:
            row.pop()
        # A sheet of a few drivers is often styled far beneath the last of them.
        filled += bool(row)
        if filled > MOST_ROWS + 1 or number >= SHEET_ROWS:
            raise TransitionRefused(
                _("The file has more than %(limit)s rows. Split it.") % {"limit": f"{MOST_ROWS:,}"}
            )
        yield row


# CSV


def _encoding(path):
    """Return in what the file is written: UTF-8, or CP949 as Excel in Korea saves."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise TransitionRefused(_("The file is in UTF-16. Save it as “CSV UTF-8”."))
    for encoding in ("utf-8-sig", "cp949"):
        if _decodes(path, encoding):
            return encoding
    raise TransitionRefused(_("The file is neither UTF-8 nor CP949. Save it as “CSV UTF-8”."))


def _decodes(path, encoding):
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                if b"\0" in block:
                    raise TransitionRefused(_("This is no CSV file: it holds NUL characters."))
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _csv_rows(path, encoding):
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",\t;", key=first.count)
        try:
            for row in csv.reader(file, delimiter=delimiter, strict=True):
                yield [cell.strip() for cell in row[:MOST_COLUMNS]]
        except csv.Error:
            raise TransitionRefused(
                _("The CSV cannot be read: a quotation mark is missing, or a cell is too long.")
            ) from None


# XLSX


def _xlsx_rows(path):
    _refuse_strange_package(path)
    with path.open("rb") as file:  # by its name openpyxl would judge its ending
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            visible = [each for each in book.worksheets if each.sheet_state == "visible"]
            sheet = visible[0]
            sheet.reset_dimensions()  # what a file says of its size may be wrong
            for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
                yield [_as_text(value) for value in row]
        except UNREADABLE:
            raise _unreadable() from None


def _unreadable():
    return TransitionRefused(_("The XLSX file is damaged. Open it in Excel and save it anew."))


def _as_text(value):
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refuse_strange_package(path):
    """Refuse what is no plain workbook, before anything of it is unpacked whole."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            # zipfile unpacks no more of a member than it says here, so this cannot lie.
            _refuse_bomb(members)
            names = {each.filename for each in members}
            if "[Content_Types].xml" not in names:
                raise TransitionRefused(_("This is a ZIP file, not an Excel file."))
            types = package.read("[Content_Types].xml")
            if b"macroEnabled" in types or any("vbaProject" in name for name in names):
                raise TransitionRefused(_("The file has macros. Save it as XLSX without them."))
            _refuse_strange_xml(package, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise _unreadable() from None


def _refuse_bomb(members):
    strings = sum(each.file_size for each in members if "sharedStrings" in each.filename)
    if (
        len(members) > 1_000
        or sum(each.file_size for each in members) > MOST_UNPACKED
        or strings > MOST_STRINGS
    ):
        raise TransitionRefused(_("The file unpacks to more than a table of drivers can be."))


def _refuse_strange_xml(package, members):
    for member in members:
        if not member.filename.endswith(".xml"):
            continue
        with package.open(member) as part:
            head = part.read(4096)
            # Entities could grow without end; and UTF-16, which Excel never writes, hides them.
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head:
                raise _unreadable()
            if member.filename.startswith("xl/worksheets/") and _has_merged(part, head):
                raise TransitionRefused(
                    _("The sheet has merged cells. Undo the merging, then upload it again.")
                )


def _has_merged(part, head):
    mark, before = b"<mergeCell ", head
    while block := part.read(BLOCK):
        if mark in before[-len(mark) :] + block:
            return True
        before = block
    return mark in head
