"""Small versions of playbooks made by hand, and answering the step at which a case stands."""

from django.apps import apps

from cases.models import Playbook, PlaybookVersion
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


def book(key):
    return Playbook.objects.get(key=key)


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
