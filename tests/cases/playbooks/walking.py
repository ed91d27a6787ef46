"""Small versions of playbooks made by hand, and answering the step at which a case stands."""

import json

from django.apps import apps

from cases.models import ConsultationType, Playbook, PlaybookVersion
from cases.playbooks import engine
from cases.playbooks.loading import write_steps


def say(key, to, **fields):
    return {"key": key, "kind": "say", "title": f"Title of {key}", "next": {"next": to}} | fields


def ask(key, next, **fields):
    return {"key": key, "kind": "ask", "title": f"Title of {key}", "next": next} | fields


def check(key, fact, next, **fields):
    step = {"key": key, "kind": "check", "title": f"Title of {key}", "fact": fact, "next": next}
    return step | fields


def compare(key, item, next, **fields):
    step = {"key": key, "kind": "compare", "title": f"Title of {key}", "item": item}
    return step | {"next": next} | fields


def do(key, action, next=None, **fields):
    step = {"key": key, "kind": "do", "title": f"Title of {key}", "action": action}
    return step | {"next": next or {}} | fields


def close(key="end", resolution="guided"):
    return do(key, "close", resolution=resolution)


def draft(*steps, key="hand-made", start=None, fingerprint=""):
    """Write ``steps`` as a new draft of the playbook ``key``; the first one is its start."""
    playbook, _created = Playbook.objects.get_or_create(
        key=key, defaults={"title": key, "topic": "기타"}
    )
    latest = playbook.versions.order_by("-number").first()
    version = PlaybookVersion.objects.create(
        playbook=playbook,
        number=latest.number + 1 if latest else 1,
        start=start or steps[0]["key"],
        fingerprint=fingerprint,
    )
    write_steps(version, steps)
    return version


def reword(client, step, **typed):
    """Post the page of ``step`` as it is, but for what is ``typed``."""
    choices = step.choices.order_by("position")
    form = {
        "version": PlaybookVersion.objects.get(pk=step.version_id).version,
        "kind": step.kind,
        "title": step.title,
        "rule": step.rule,
        "script": step.script,
        "hint": step.hint,
        "record": step.record,
        "item": step.item,
        "fact": step.fact,
        "action": step.action,
        "argument": step.argument,
        "choices-TOTAL_FORMS": len(choices),
        "choices-INITIAL_FORMS": len(choices),
    }
    for place, choice in enumerate(choices):
        form |= {
            f"choices-{place}-id": choice.pk,
            f"choices-{place}-step": step.pk,
            f"choices-{place}-value": choice.value,
            f"choices-{place}-label": choice.label,
            f"choices-{place}-next_key": choice.next_key,
            f"choices-{place}-position": choice.position,
        }
    return client.post(f"/admin/cases/step/{step.pk}/change/", form | typed)


def book(key):
    return Playbook.objects.get(key=key)


def type_of(key):
    """A consultation type whose cases are for the playbook ``key``."""
    return ConsultationType.objects.filter(is_leaf=True, parent__name=book(key).topic)[0]


def here(case):
    """The key of the step at which ``case`` stands, or None."""
    walk = engine.open_walk(case)
    return walk.step.key if walk else None


def answer(case, value="", *, by, **more):
    """Answer as a page would that shows where ``case`` stands now."""
    walk = engine.open_walk(case)
    page = {"step": walk.step.key, "last": engine.last_answer(walk)}
    return engine.take(case, value, by=by, **(page | more))


def back(case, *, by):
    """Take the latest answer back, on a page that shows where ``case`` stands now."""
    return engine.take_back(case, by=by, last=engine.last_answer(engine.open_walk(case)))


def all_rows():
    """Every row of the product as text, without what stands on record about drivers."""
    models = [m for m in apps.get_models() if m._meta.label not in {"drivers.Driver"}]
    return "\n".join(str(list(model._base_manager.values())) for model in models)


def all_texts():
    """Every text in every row, drivers included; no numbers and times, which are like codes."""
    return "\n".join(
        json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for model in apps.get_models()
        for row in model._base_manager.values_list()
        for value in row
        if isinstance(value, str | dict | list)
    )
