"""The hunt in what leaves the house: each list of a marked driver, in both forms."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission

from backoffice.audit.models import AccessRecord
from backoffice.files.lists import ExportableList
from backoffice.files.models import Export
from tests.audit.marks import marks_in
from tests.audit.test_leak_hunt import life  # noqa: F401 - a fixture
from tests.audit.test_leak_hunt_elsewhere import log  # noqa: F401 - a fixture
from tests.files.conftest import read_csv, read_xlsx
from tests.retention.life import NAME, said

pytestmark = pytest.mark.long

READ = {"xlsx": read_xlsx, "csv": read_csv}


@pytest.fixture
def take(exported, open_it, act, settings, life):  # noqa: F811 - the fixture
    """take(lead, "/admin/cases/case/", "csv"): the lines of the file, and what went with it."""

    def fetch(person, of, form):
        export = exported(person, of=of, format=form, reason=said("반출"), is_unmasked="on")
        told = [path.read_bytes().decode(errors="replace") for path in files(settings)]
        password = open_it(person, export)
        told += [path.read_bytes().decode(errors="replace") for path in files(settings)]
        answer = act(person, export, "download")
        content = b"".join(answer.streaming_content)
        told += [f"{name}: {value}" for name, value in answer.items()]
        return READ[form](content, password), told

    return fetch


def lists():
    """Return (model, address) of every list that can be exported."""
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, ExportableList):
            yield model, f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def files(settings):
    return [path for path in (settings.VAR_DIR / "exports").glob("*") if path.is_file()]


def beside(client, people):
    """What stands beside the files: rows, access records, pages."""
    rows = [*Export.objects.values(), *AccessRecord.objects.filter(action="export").values()]
    yield from map(str, rows)
    for person in people:
        client.force_login(person)
        pages = [f"{pk}/change/" for pk in Export.objects.values_list("pk", flat=True)]
        records = AccessRecord.objects.filter(action="export").values_list("pk", flat=True)
        pages = [f"files/export/{page}" for page in ["", *pages]]
        pages += ["audit/accessrecord/review/"]
        pages += [f"audit/accessrecord/{pk}/change/" for pk in records]
        for page in pages:
            yield client.get(f"/admin/{page}").content.decode()


def test_no_file_of_any_list_holds_a_mark(take, log, lead, privacy_officer, client):  # noqa: F811
    """One test for all of them: the life takes long to live."""
    leaks, told = {}, []
    for model, address in lists():
        person = privacy_officer if model is AccessRecord else lead
        for form in READ:
            lines, more = take(person, address, form)
            leaks[address, form] = marks_in(
                "\n".join(str(cell) for line in lines for cell in line)
            )
            told += more
            assert len(lines) > 2, address

    assert len(leaks) >= 10
    assert {each: marks for each, marks in leaks.items() if marks} == {}
    assert marks_in("\n".join(told)) == []
    assert [each for each in beside(client, [lead, privacy_officer]) if marks_in(each)] == []
    assert marks_in(log.getvalue()) == []


@pytest.fixture
def may_unmask(lead, settings):
    group = Group.objects.create(name="auditor")
    group.permissions.add(Permission.objects.get(codename="export_unmasked"))
    lead.groups.add(group)
    settings.EXPORTS |= {"auditor"}


def test_with_the_right_to_it_the_rows_hold_them(take, lead, may_unmask):
    """The control: what is looked for would be found in a file."""
    why, _headings, row = take(lead, "/admin/drivers/driver/", "csv")[0]

    assert NAME in row
    assert marks_in(str(row)) != []
    assert marks_in(str(why)) == []
