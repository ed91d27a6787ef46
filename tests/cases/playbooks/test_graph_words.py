"""The picture of a playbook is read by people: no arrow carries a word of the code."""

import re

import pytest

from cases.models import Playbook


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["q1", "q2", "q3", "q4"])
def test_every_arrow_of_the_shipped_playbooks_is_labelled_in_korean(key):
    version = Playbook.objects.get(key=key).published
    choices = [choice for step in version.steps.all() for choice in step.choices.all()]

    labels = [str(choice.in_words) for choice in choices]

    assert len(labels) > 10
    assert [label for label in labels if re.fullmatch("[a-z_]+", label)] == []
