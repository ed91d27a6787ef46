"""The shipped playbooks: read from their files, loaded where they are new, never over an edit."""

import hashlib
import tomllib
from pathlib import Path

from django.db import transaction

from backoffice.workflow.transitions import perform

SHIPPED = Path(__file__).parent / "shipped"


def load_playbooks(**signal):
    """
    Load each shipped file that is not what is published already. Runs after migrate.

    A file that changed since becomes a new version, also where it went back to what
    it was. It is published unless people have published a wording of their own, which
    stays; theirs to take over or not.
    """
    files = [path.read_bytes() for path in sorted(SHIPPED.glob("*.toml"))]
    with transaction.atomic():
        # All playbooks first: a step of one may go on in another.
        for position, content in enumerate(files, start=1):
            _playbook(_read(content), position)
        for position, content in enumerate(files, start=1):
            load(content, position=position)


@transaction.atomic
def load(content, *, position):
    """
    Load one file and return its version; the one that is there if it was loaded before.

    :param content: the file, as bytes of TOML
    """
    from .models import PlaybookVersion

    words = _read(content)
    playbook = _playbook(words, position)
    fingerprint = hashlib.sha256(content).hexdigest()
    published = playbook.published
    is_of_people = published is not None and not published.fingerprint
    known = playbook.versions.filter(fingerprint=fingerprint).order_by("-number").first()
    if known is not None and (known == published or is_of_people):
        return known
    latest = playbook.versions.order_by("-number").first()
    version = PlaybookVersion.objects.create(
        playbook=playbook,
        number=latest.number + 1 if latest else 1,
        start=words["start"],
        fingerprint=fingerprint,
    )
    write_steps(version, words["step"])
    if not is_of_people:
        version = perform(version, "publish", by=None)
    return version


def _read(content):
    return tomllib.loads(content.decode("utf-8"))


def _playbook(words, position):
    from .models import Playbook

    about = {"title": words["title"], "topic": words["topic"], "position": position}
    return Playbook.objects.update_or_create(key=words["key"], defaults=about)[0]


def write_steps(version, steps):
    """Write the steps of a file as rows of ``version``."""
    from .models import Choice, Step

    rows = Step.objects.bulk_create(
        Step(
            version=version,
            key=each["key"],
            position=position,
            rule=each.get("rule", ""),
            kind=each["kind"],
            title=each["title"],
            script=each.get("script", "").strip("\n"),
            hint=each.get("hint", ""),
            record=each.get("record", ""),
            item=each.get("item", ""),
            fact=each.get("fact", ""),
            action=each.get("action", ""),
            argument=each.get("resolution") or each.get("playbook") or "",
        )
        for position, each in enumerate(steps)
    )
    Choice.objects.bulk_create(
        Choice(
            step=row,
            value=value,
            label=each.get("labels", {}).get(value, ""),
            next_key=next_key,
            position=position,
        )
        for row, each in zip(rows, steps, strict=True)
        for position, (value, next_key) in enumerate(each.get("next", {}).items())
    )
