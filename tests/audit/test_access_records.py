"""Access records are added to and never touched again, and say where an act came from."""

import pytest
from django.db import IntegrityError, models, transaction

from backoffice.audit.models import AccessRecord, AppendOnly
from backoffice.audit.records import forget, from_address, record

LOGIN = "/admin/login/"


@pytest.fixture
def written(agent, driver):
    return record(AccessRecord.Action.VIEW, by=agent, driver=driver, page="driver")


@pytest.fixture
def sign_in(client):
    def post(username, password="pass", **origin):
        typed = {"username": username, "password": password, "next": "/admin/"}
        return client.post(LOGIN, typed, **origin)

    return post


def unchanged(row):
    found = AccessRecord.objects.get(pk=row.pk)
    return (found.action, found.account, found.by_id, found.detail) == (
        row.action,
        "agent",
        row.by_id,
        {"page": "driver"},
    )


@pytest.mark.parametrize(
    "touch",
    [
        lambda row: row.save(),
        lambda row: row.save(update_fields=["account"]),
        lambda row: row.delete(),
        lambda row: AccessRecord.objects.update(account="somebody"),
        lambda row: AccessRecord.objects.filter(pk=row.pk).update(account="somebody"),
        lambda row: AccessRecord.objects.all().delete(),
        lambda row: AccessRecord.objects.filter(pk=row.pk).delete(),
        lambda row: AccessRecord.objects.bulk_update([row], ["account"]),
        lambda row: AccessRecord.objects.bulk_update([row], fields=["account"], batch_size=1),
        lambda row: AccessRecord.objects.update_or_create(pk=row.pk, defaults={"account": "x"}),
    ],
    ids=[
        *("save", "save-fields", "delete", "update-all", "update", "delete-all", "delete-some"),
        *("bulk_update", "bulk_update-batch", "update_or_create"),
    ],
)
def test_is_never_changed_or_deleted(written, touch):
    row = AccessRecord.objects.get(pk=written.pk)
    row.account = "somebody"

    with pytest.raises(AppendOnly):
        touch(row)

    assert unchanged(written)


def test_is_not_overwritten_by_a_new_row_with_its_key(written):
    """A row made by hand counts as new, though its key is taken."""
    with pytest.raises((AppendOnly, IntegrityError)), transaction.atomic():
        AccessRecord(pk=written.pk, at=written.at, action="view", account="somebody").save()

    assert unchanged(written)


def test_is_not_overwritten_by_a_bulk_load(written):
    with pytest.raises((AppendOnly, IntegrityError)), transaction.atomic():
        AccessRecord.objects.bulk_create(
            [AccessRecord(pk=written.pk, action="view", account="somebody")],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["account"],
        )

    assert unchanged(written)


@pytest.mark.parametrize("whose", ["driver", "agent"])
def test_does_not_go_with_whom_it_names(written, whose, request):
    with pytest.raises(models.ProtectedError):
        request.getfixturevalue(whose).delete()

    assert unchanged(written)


def test_holds_the_five_facts(written, agent, driver):
    assert (written.by, written.account, written.driver) == (agent, "agent", driver)
    assert written.at
    assert written.action == "view"


def test_a_sign_in_is_recorded_with_its_address(agent, sign_in):
    sign_in("agent", REMOTE_ADDR="203.0.113.7")

    found = AccessRecord.objects.get()
    assert (found.action, found.by, found.account, found.address) == (
        "sign_in",
        agent,
        "agent",
        "203.0.113.7",
    )


@pytest.mark.parametrize("username", ["agent", "nobody", "' OR 1=1"])
def test_a_failed_sign_in_is_recorded_with_the_name_that_was_tried(agent, sign_in, username):
    sign_in(username, "wrong-pass-9876", REMOTE_ADDR="203.0.113.7")

    found = AccessRecord.objects.get()
    assert (found.action, found.by, found.account, found.address) == (
        "sign_in_failed",
        None,
        username,
        "203.0.113.7",
    )
    assert "wrong-pass-9876" not in str(found.detail)


def test_an_endless_name_does_not_break_the_record(db, sign_in):
    assert sign_in("가" * 5000).status_code == 200

    assert AccessRecord.objects.count() <= 1


def test_a_sign_in_of_an_inactive_account_is_a_failed_one(agent, sign_in):
    agent.is_active = False
    agent.save()

    sign_in("agent")

    assert AccessRecord.objects.get().action == "sign_in_failed"


def test_a_sign_out_is_recorded(agent, sign_in, client):
    sign_in("agent")

    client.post("/admin/logout/", REMOTE_ADDR="203.0.113.7")

    found = AccessRecord.objects.latest("pk")
    assert (found.action, found.by, found.address) == ("sign_out", agent, "203.0.113.7")


def test_a_sign_out_of_nobody_is_nothing(db, client):
    client.post("/admin/logout/")

    assert not AccessRecord.objects.exists()


def test_the_address_is_forgotten_after_the_request(agent, sign_in):
    sign_in("agent", REMOTE_ADDR="203.0.113.7")

    assert record(AccessRecord.Action.VIEW, by=agent).address == ""


def test_an_address_is_set_for_a_while(agent):
    token = from_address("203.0.113.9")
    inside = record(AccessRecord.Action.VIEW, by=agent)
    forget(token)

    assert inside.address == "203.0.113.9"
    assert record(AccessRecord.Action.VIEW, by=agent).address == ""


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "203.0.113.7"),
        (0, "1.1.1.1, 198.51.100.1", "203.0.113.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (1, "evil, 1.1.1.1,198.51.100.1 ", "198.51.100.1"),
        (2, "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.2", "10.0.0.2"),
        # Past the proxy, or from its own health check: at least who is at the other end.
        (1, None, "203.0.113.7"),
        (1, "", "203.0.113.7"),
    ],
)
def test_only_our_own_proxies_are_believed(agent, sign_in, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    header = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}

    sign_in("agent", REMOTE_ADDR="203.0.113.7", **header)

    assert AccessRecord.objects.get().address == address


def test_an_endless_address_does_not_break_the_record(agent, sign_in, settings):
    settings.TRUSTED_PROXIES = 1

    sign_in("agent", HTTP_X_FORWARDED_FOR="x" * 3000)

    assert len(AccessRecord.objects.get().address) <= 45
