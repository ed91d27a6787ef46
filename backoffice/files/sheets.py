"""The two forms of a file, and the password on it."""

import csv
import io
import secrets

import msoffcrypto
import pyzipper
import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format

LONGEST = 32_000  # letters; Excel's cells hold 32,767
# What makes a spreadsheet take a cell for a formula, the full-width forms of it included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


def at(moment):
    """Return a time as the file says it."""
    return date_format(timezone.localtime(moment), "Y-m-d H:i:s")


def harmless(value):
    """Return ``value`` as text that no spreadsheet calculates."""
    text = str(value).replace("\0", "")[:LONGEST]
    return f"'{text}" if text.lstrip(" \u3000\ufeff").startswith(FORMULA) else text


class CsvSheet:
    """UTF-8 with the mark that Excel needs to read Korean."""

    def __init__(self, *, note):
        self.text = io.StringIO(newline="")
        self.writer = csv.writer(self.text, quoting=csv.QUOTE_ALL)

    def add(self, values):
        self.writer.writerow(map(harmless, values))

    def content(self):
        return self.text.getvalue().encode("utf-8-sig")


class XlsxSheet:
    """One sheet of texts; ``note`` also stands at the foot of each printed page."""

    def __init__(self, *, note):
        self.file = io.BytesIO()
        # In memory: a temporary file would lie on the disk as it is.
        self.book = xlsxwriter.Workbook(self.file, {"in_memory": True})
        self.sheet = self.book.add_worksheet()
        if note:
            self.sheet.set_footer("&C" + note.replace("&", "&&")[:200])
        self.height = 0

    def add(self, values):
        for column, value in enumerate(values):
            # As a text and nothing else: no formula, no link, no number that loses its zero.
            self.sheet.write_string(self.height, column, harmless(value))
        self.height += 1

    def content(self):
        self.book.close()
        return self.file.getvalue()


SHEETS = {"csv": CsvSheet, "xlsx": XlsxSheet}
# What each becomes under its password, and what a browser is told of it.
FILES = {
    "csv": ("zip", "application/zip"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def new_password():
    """Return a password that can be read out and typed; 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def encrypt(content, file, *, kind, name, password):
    """
    Write ``content`` to ``file`` so that it opens with ``password`` alone.

    XLSX by Office's own encryption (AES-256), which Excel and Hancell ask the password
    for; CSV in a ZIP with AES-256, which Windows' own explorer does not open, but
    Bandizip, ALZip and 7-Zip do.
    """
    if kind == "xlsx":
        msoffcrypto.OfficeFile(io.BytesIO(content)).encrypt(password, file)
        return
    with pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        archive.writestr(f"{name}.csv", content)
