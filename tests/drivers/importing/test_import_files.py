"""Which files can be read, and the sentence for those that cannot."""

import io
import zipfile
from datetime import date, datetime

import pytest

from drivers.importing import reading
from drivers.models import Driver
from tests.drivers.importing.conftest import HEADINGS, csv_file, row, xlsx_file


def merged(book):
    book.active.merge_cells("A2:B2")


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("xl/worksheets/sheet1.xml", "w") as part:
            for _each in range(3):
                part.write(b"0" * 1_000_000)
    return file.getvalue()


def package_with(**members):
    """An XLSX file with other members in place of some of its own."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file(row()))) as plain, zipfile.ZipFile(file, "w") as new:
        for name in {*plain.namelist(), *members}:
            new.writestr(name, members.get(name, None) or plain.read(name))
    return file.getvalue()


def with_bad_bytes(member):
    """An XLSX file in which some packed bytes of a member are not what they were."""
    content = bytearray(xlsx_file(row()))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        start = package.getinfo(member).header_offset + 30 + len(member)
    content[start : start + 6] = b"\xff" * 6
    return bytes(content)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_csv_is_read_as_excel_in_korea_saves_it(encoding, lead, imported):
    imported(lead, csv_file(row(name="똠방각"), encoding=encoding))

    assert Driver.objects.get().name == "똠방각"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_seen(delimiter, lead, imported):
    imported(lead, csv_file(row()).decode("utf-8-sig").replace(",", delimiter).encode())

    assert Driver.objects.get().name == "남궁민"


def test_xlsx_is_read_with_what_excel_makes_of_numbers_and_dates(lead, imported):
    imported(
        lead,
        xlsx_file(
            row(1023456789, birthdate=datetime(1975, 11, 2)),
            row(1088889999.0, birthdate=date(1980, 1, 31)),
        ),
        name="drivers.xlsx",
    )

    found = Driver.objects.order_by("pk").values_list("phone", "birthdate")
    assert [(str(phone), born) for phone, born in found] == [
        ("010-2345-6789", date(1975, 11, 2)),
        ("010-8888-9999", date(1980, 1, 31)),
    ]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_first_sheet_is_the_first_that_is_seen(state, lead, imported):
    def hide(book):
        book.active.sheet_state = state
        shown = book.create_sheet("기사")
        shown.append(HEADINGS)
        shown.append(row(name="보이는"))
        book.active = shown

    imported(lead, xlsx_file(row(name="숨은이"), change=hide), name="drivers.xlsx")

    assert Driver.objects.get().name == "보이는"


@pytest.mark.parametrize(
    "headings",
    [
        ["phone", "name", "birthdate", "service_type", "affiliation", "company", "vehicle_no"],
        ["Phone", "NAME", "Date of Birth", "Service type", "Affiliation", "Company", "Vehicle"],
        ["휴대폰 번호", "성명", "생년월일", "서비스유형", "소속", "운수사", "차량 번호"],
    ],
)
def test_headings_in_either_language(headings, lead, imported):
    imported(lead, csv_file(row(), headings=headings))

    assert Driver.objects.get().vehicle_no == "경기34나5678"


def test_columns_in_any_order_and_some_left_out(lead, imported):
    imported(
        lead,
        csv_file(
            ["벤티", "1975-11-02", "남궁민", "01023456789"],
            headings=["서비스 유형", "생년월일", "이름", "전화번호"],
        ),
    )

    assert Driver.objects.get().name == "남궁민"


def test_empty_rows_are_passed_over_and_do_not_shift_the_numbers(lead, checked):
    job = checked(lead, csv_file([], row(), ["", ""], row("x")))

    assert (job.rows, next(job.faults())[0]) == (2, 5)


def test_a_cell_beneath_no_heading_is_bad(lead, checked):
    job = checked(lead, csv_file([*row(), "그리고"]))

    assert "beneath no heading" in next(job.faults())[2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(csv_file(), "no rows beneath its headings", id="headings-alone"),
        pytest.param(b"\n\n", "no headings", id="blank"),
        pytest.param(csv_file(row(), headings=HEADINGS[:3]), "columns are missing", id="missing"),
        pytest.param(
            csv_file(row(), headings=[*HEADINGS[:6], "이름"]), "more than once", id="double"
        ),
        pytest.param(
            csv_file([*row(), "정지"], headings=[*HEADINGS, "상태"]), "States are not", id="state"
        ),
        pytest.param(csv_file(row("01011112222"), headings=row()), "A, B, C", id="no-headings"),
        pytest.param(csv_file(row()).decode("utf-8-sig").encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(csv_file(row()) + b"\xff\xfe\xfa", "neither UTF-8 nor CP949", id="latin"),
        pytest.param(csv_file(row()) + b"\0", "NUL", id="nul"),
        pytest.param(csv_file(row()) + b'"open', "quotation mark", id="quote"),
        pytest.param(csv_file(row(company="x" * 200_000)), "too long", id="huge-cell"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest", "old XLS file", id="xls"),
        pytest.param(xlsx_file(row(), change=merged), "merged cells", id="merged"),
        pytest.param(xlsx_file(), "no rows beneath", id="xlsx-empty"),
        pytest.param(b"PK\x03\x04 no zip", "damaged", id="broken-zip"),
        pytest.param(xlsx_file(row())[:-300], "damaged", id="cut-off"),
        pytest.param(with_bad_bytes("[Content_Types].xml"), "damaged", id="bad-bytes-types"),
        pytest.param(with_bad_bytes("xl/worksheets/sheet1.xml"), "damaged", id="bad-bytes-sheet"),
        pytest.param(with_bad_bytes("xl/styles.xml"), "damaged", id="bad-bytes-styles"),
        pytest.param(package_with(**{"xl/vbaProject.bin": b"macro"}), "has macros", id="macros"),
        pytest.param(
            package_with(**{"xl/worksheets/sheet1.xml": ENTITIES}), "damaged", id="entities"
        ),
        pytest.param(
            package_with(**{"xl/worksheets/sheet1.xml": b"<worksheet"}), "damaged", id="bad-xml"
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(content, words, lead, checked, folder):
    name = "drivers.xlsx" if content.startswith(b"PK") else "drivers.csv"

    job = checked(lead, content, name=name)

    assert job.state == "failed"
    assert words in job.fault
    assert not Driver.objects.exists()
    assert not list((folder / "imports").glob("*"))


def test_a_zip_bomb_is_not_unpacked(lead, checked, monkeypatch):
    monkeypatch.setattr(reading, "MOST_UNPACKED", 2_000_000)

    assert "unpacks to more" in checked(lead, bomb(), name="drivers.xlsx").fault


def test_more_rows_than_can_be_taken_are_a_sentence(lead, checked, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 1)

    assert "more than 1 rows" in checked(lead, csv_file(row(), row("01011112222"))).fault


def styled_beneath(book):
    for number in range(3, 12):
        book.active.cell(number, 1).number_format = "@"


def test_rows_that_are_only_styled_count_for_nothing(lead, checked, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 5)

    job = checked(lead, xlsx_file(row(), change=styled_beneath), name="drivers.xlsx")

    assert (job.state, job.rows) == ("checked", 1), job.fault


def test_not_without_an_end(lead, checked, monkeypatch):
    monkeypatch.setattr(reading, "SHEET_ROWS", 8)

    job = checked(lead, xlsx_file(row(), change=styled_beneath), name="drivers.xlsx")

    assert "Split it" in job.fault
