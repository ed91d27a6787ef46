"""A signature stays as it is; whoever changes or forges one in the database is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from backoffice.audit.figures import digest_of
from backoffice.audit.models import Review
from tests.audit.tampering import tamper


@pytest.mark.parametrize(
    "change", ["figures = '{{}}'", "digest = '0'", "figures = '{{}}', digest = 'x'"]
)
def test_a_signature_that_was_changed_is_named(october, sign, change):
    sign()

    tamper((f"UPDATE audit_review SET {change}",))

    with pytest.raises(CommandError, match="the signed figures are not those"):
        call_command("audit_verify")


def test_a_signature_without_its_record_is_named(october, sign, privacy_officer):
    sign()
    forged = Review.objects.get()
    forged.pk, forged.month, forged.figures = None, forged.starts.date().replace(day=2), {}
    forged.digest = digest_of({})
    forged.save()

    with pytest.raises(CommandError, match="the signed figures are not those"):
        call_command("audit_verify")


@pytest.mark.parametrize(
    "touch",
    [lambda: Review.objects.update(comment="x"), lambda: Review.objects.all().delete()],
    ids=["update", "delete"],
)
def test_a_signature_is_not_changed_or_removed(october, sign, touch):
    sign()

    with pytest.raises(IntegrityError), transaction.atomic():
        touch()
