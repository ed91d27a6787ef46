"""The numbers of the manual in the scripts: read out as the settings say."""

import pytest

from cases.models import Playbook, Step
from cases.playbooks.scripts import spoken, unknown_variables
from tests.cases.playbooks.walking import close, draft, say

NUMBERS = [
    # setting, value, step of q1, what is read out
    ("CODE_SENDER_PHONE", "1577-0001", "carrier", "인증번호 발신 : 1577-0001"),
    ("CODE_SENDER_PHONE", "1577-0001", "guidance-only", "인증번호 발신 : 1577-0001"),
    ("MISMATCHES_TO_LOCK", 7, "locked-told", "인증번호가 7회 이상"),
    ("MISMATCHES_TO_LOCK", 7, "solved", "인증번호가 7회 이상"),
    ("LOCK_HOURS", 36, "locked-told", "36시간 이후 재인증"),
]


def try_out(client, version, step):
    return client.get(f"/admin/cases/playbookversion/{version.pk}/try/", {"at": step})


@pytest.mark.parametrize(("name", "value", "step", "words"), NUMBERS)
def test_a_changed_setting_is_read_out_at_the_desk(
    name, value, step, words, at, agent, signed_in, settings
):
    case, url = at("q1", step), "/admin/cases/case/{}/desk/"
    client = signed_in(agent)
    before = client.get(url.format(case.pk)).content.decode()

    setattr(settings, name, value)
    after = client.get(url.format(case.pk)).content.decode()

    assert words not in before
    assert words in after
    assert "#{" not in before + after


def test_a_changed_setting_is_read_out_where_a_version_is_tried(lead, signed_in, settings):
    settings.CODE_SENDER_PHONE = "1577-0001"
    version = Playbook.objects.get(key="q1").published

    page = try_out(signed_in(lead), version, "carrier").content.decode()

    assert "인증번호 발신 : 1577-0001" in page
    assert "#{" not in page


def test_a_script_with_an_unknown_variable_is_shown_as_it_is_written(lead, at, agent, signed_in):
    script = "#{불일치횟수}회, #{기사님}"
    version = draft(say("a", "end", script=script), close())
    case = at("q1", "carrier")
    Step.objects.filter(pk=case.walks.get().step_id).update(script=script)

    for page in (
        try_out(signed_in(lead), version, "a"),
        signed_in(agent).get(f"/admin/cases/case/{case.pk}/desk/"),
    ):
        assert script in page.content.decode()


def test_an_unknown_variable_is_named_on_the_page_of_the_draft(lead, signed_in):
    version = draft(say("a", "end", script="#{기사님}"), say("b", "end"), close())

    page = signed_in(lead).get(f"/admin/cases/playbookversion/{version.pk}/change/")

    fault = str(page.context["faults"][0])
    assert "Title of a" in fault
    assert "기사님" in fault


@pytest.mark.parametrize("script", ["", "Without a number", "Two lines,\n\nand one more"])
def test_a_script_without_variables_is_read_out_as_it_is_written(script):
    assert spoken(script) == script
    assert unknown_variables(script) == []


def test_each_variable_of_the_shipped_scripts_is_filled(db):
    scripts = [step.spoken for step in Step.objects.filter(version__state="published")]

    assert len(scripts) > 80
    assert not [script for script in scripts if "#{" in script]
