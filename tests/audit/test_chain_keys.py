"""The key of the chain: of its own or from SECRET_KEY, and changed without losing the past."""

import pytest
from django.core.management import CommandError, call_command

from backoffice.audit import chain
from backoffice.audit.models import AccessRecord
from backoffice.audit.records import record
from tests.audit.tampering import tamper

OLD, NEW = "o" * 40, "n" * 40


@pytest.fixture
def write(agent):
    """Write two records and seal them with the keys of the moment."""

    def write():
        for _time in range(2):
            record(AccessRecord.Action.VIEW, by=agent)
        chain.seal()

    return write


def test_a_new_secret_key_with_the_old_one_beside_it_verifies_all(write, settings):
    write()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    write()

    call_command("audit_verify")


def test_a_key_of_its_own_goes_on_where_the_secret_key_ended(write, settings):
    write()
    settings.AUDIT_KEYS = [OLD]
    write()
    settings.AUDIT_KEYS = [NEW, OLD]
    write()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

    call_command("audit_verify")


def test_with_a_key_of_its_own_the_secret_key_matters_no_more(write, settings):
    settings.AUDIT_KEYS = [OLD]
    write()
    settings.SECRET_KEY = "another"

    call_command("audit_verify")


@pytest.mark.parametrize(("name", "value"), [("SECRET_KEY", "another"), ("AUDIT_KEYS", [])])
def test_a_key_that_is_lost_is_said(write, settings, name, value):
    if name == "AUDIT_KEYS":
        settings.AUDIT_KEYS = [OLD]
    write()
    setattr(settings, name, value)

    with pytest.raises(CommandError, match=r"Link 1, .*changed[^$]*name the earlier one as well"):
        call_command("audit_verify")


def test_who_knows_an_earlier_key_makes_no_new_links(write, settings, agent):
    """After a key was changed, perhaps because it leaked, it seals nothing any more."""
    settings.AUDIT_KEYS = [OLD]
    write()
    settings.AUDIT_KEYS = [NEW, OLD]
    write()
    settings.AUDIT_KEYS = [OLD]
    write()
    settings.AUDIT_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match="Link 5, "):
        call_command("audit_verify")


def test_without_the_key_no_link_is_made_by_hand(write, settings):
    """Somebody with the whole database, though not the key, seals his change anew."""
    settings.AUDIT_KEYS = [OLD]
    write()
    settings.AUDIT_KEYS = []
    row = AccessRecord.objects.filter(sequence=2).values_list(*chain.CONTENT).get()
    before = AccessRecord.objects.get(sequence=1).chain
    forged = chain.link(chain.keys()[-1], before, row)
    settings.AUDIT_KEYS = [OLD]

    tamper(
        ("UPDATE {table} SET chain = %s WHERE sequence = 2", forged),
        ("UPDATE audit_head SET chain = %s", forged),
    )

    # SECRET_KEY is a key as well, and an earlier one than the key in use.
    with pytest.raises(CommandError, match="Link 2, "):
        call_command("audit_verify")
