"""Two team leads at one draft: nobody's words are lost, and what is published was looked at."""

import re
import threading

import pytest
from django.test import Client

from cases.models import Playbook, PlaybookVersion, Step
from cases.playbooks import admin
from cases.playbooks.drafting import new_draft
from tests.cases.playbooks.walking import reword
from tests.together import PATIENCE, together

VERSION = "/admin/cases/playbookversion/{}/"
SEVERAL = "Somebody changed this since you opened the page. Nothing was saved; look again."


@pytest.fixture
def step(lead):
    draft = new_draft(Playbook.objects.get(key="q1").published, by=lead)
    return draft.steps.get(key="wifi")


def browser(person):
    client = Client()
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def first(lead):
    return browser(lead)


@pytest.fixture
def second(other_lead):
    return browser(other_lead)


def shown(client, page):
    """Return the version that ``page`` carries."""
    return re.search(r'name="version" value="(\d+)"', client.get(page).content.decode())[1]


def refusal(response):
    return response.context["adminform"].form.non_field_errors()


def test_the_second_of_two_pages_of_a_step_is_refused_and_keeps_its_words(step, first, second):
    page = f"/admin/cases/step/{step.pk}/change/"
    opened = [shown(each, page) for each in (first, second)]

    reword(first, step, script="The first one's words", version=opened[0])
    response = reword(second, step, hint="The second one's hint", version=opened[1])

    assert refusal(response) == [SEVERAL]
    assert "The second one&#x27;s hint" in response.content.decode()
    step.refresh_from_db()
    assert (step.script, step.hint == "The second one's hint") == ("The first one's words", False)


def test_who_looks_again_goes_on(step, first, second):
    for client, script in ((first, "One"), (second, "Two"), (first, "Three")):
        assert reword(client, step, script=script).status_code == 302

    assert Step.objects.get(pk=step.pk).script == "Three"


@pytest.mark.parametrize("version", ["", "x", "9" * 30])
def test_a_post_by_hand_without_the_version_changes_nothing(step, first, version):
    response = reword(first, step, script="By hand", version=version)

    assert refusal(response) == [SEVERAL]
    assert Step.objects.get(pk=step.pk).script == step.script


def test_a_choice_that_went_meanwhile_is_told_as_the_page_that_is_old(step, first, second):
    opened = shown(second, f"/admin/cases/step/{step.pk}/change/")
    gone = step.choices.order_by("position").first()
    assert reword(first, step, **{"choices-0-DELETE": "on"}).status_code == 302

    response = reword(second, step, version=opened, **{"choices-0-id": gone.pk})

    assert refusal(response) == [SEVERAL]
    assert gone not in step.choices.all()


def test_what_nobody_has_looked_at_is_not_published(step, first, second):
    page = VERSION.format(step.version_id)
    opened = shown(first, f"{page}change/")
    reword(second, step, script="Nobody saw this")

    response = first.post(f"{page}move/publish/", {"version": opened}, follow=True)

    assert [str(each) for each in response.context["messages"]] == [SEVERAL]
    assert PlaybookVersion.objects.get(pk=step.version_id).state == "draft"


def test_the_first_step_is_chosen_on_a_page_that_is_not_old(step, first, second):
    page = f"{VERSION.format(step.version_id)}change/"
    opened = shown(first, page)
    assert second.post(page, {"start": "wifi", "version": opened}).status_code == 302

    response = first.post(page, {"start": "spam", "version": opened})

    assert refusal(response) == [SEVERAL]
    version = PlaybookVersion.objects.get(pk=step.version_id)
    assert (version.start, version.version) == ("wifi", int(opened) + 1)


def test_a_guessed_version_edits_nothing_that_was_published(step, first, second, monkeypatch):
    """Published after the rights were looked at, by a post that knew the number to come."""
    version = PlaybookVersion.objects.get(pk=step.version_id)
    page = f"{VERSION.format(version.pk)}move/publish/"
    lock = admin.DraftForm.lock_and_refuse_stale

    def publish_before(form):
        second.post(page, {"version": version.version})
        return lock(form)

    monkeypatch.setattr(admin.DraftForm, "lock_and_refuse_stale", publish_before)
    response = reword(first, step, script="Too late", version=version.version + 1)

    assert PlaybookVersion.objects.get(pk=version.pk).state == "published"
    assert "Not possible now" in refusal(response)[0]
    assert Step.objects.get(pk=step.pk).script == step.script


@pytest.mark.django_db(transaction=True)
def test_what_is_being_published_is_not_edited_under_it(step, first, second, monkeypatch):
    """One presses Publish while the other's words are on their way into the draft."""
    version = PlaybookVersion.objects.get(pk=step.version_id)
    page = f"{VERSION.format(version.pk)}move/publish/"
    on_the_way, save = threading.Event(), admin.EditedAsDraft.save_model

    def slowly(*arguments):
        on_the_way.set()
        published.wait(0.5)
        save(*arguments)

    def publish():
        assert on_the_way.wait(PATIENCE)
        second.post(page, {"version": version.version})
        published.set()

    published = threading.Event()
    monkeypatch.setattr(admin.EditedAsDraft, "save_model", slowly)
    together(lambda: reword(first, step, script="On their way"), publish)

    version = PlaybookVersion.objects.get(pk=version.pk)
    assert (version.state, Step.objects.get(pk=step.pk).script) == ("draft", "On their way")
