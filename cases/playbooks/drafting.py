"""New wordings: a draft is a copy that may be edited until it is published."""

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.workflow.transitions import TransitionRefused

from .models import EDIT, Choice, PlaybookVersion, Step


def new_draft(version, *, by):
    """
    Copy ``version`` with its steps into a new draft and return it.

    :raises TransitionRefused: not allowed, or people have another draft to go on with
    """
    if not by.has_perm(EDIT):
        raise TransitionRefused(_("You are not allowed to do this."))
    with transaction.atomic():
        playbook = type(version.playbook).objects.select_for_update().get(pk=version.playbook_id)
        # Beside a wording of the centre's own a shipped one waits as a draft, perhaps for good.
        drafts = playbook.versions.filter(state=PlaybookVersion.State.DRAFT, fingerprint="")
        if drafts.exists():
            raise TransitionRefused(_("There is a draft already. Go on with it."))
        latest = playbook.versions.order_by("-number").first()
        draft = PlaybookVersion.objects.create(
            playbook=playbook, number=latest.number + 1, start=version.start, created_by=by
        )
        for step in version.steps.prefetch_related("choices"):
            choices = list(step.choices.all())
            step.pk, step.version = None, draft
            step._state.adding = True
            step.save()
            Choice.objects.bulk_create(
                Choice(
                    step=step,
                    value=choice.value,
                    label=choice.label,
                    next_key=choice.next_key,
                    position=choice.position,
                )
                for choice in choices
            )
    return draft


def version_of(step_or_version):
    """Return the version that a step is a part of; one is its own."""
    is_step = isinstance(step_or_version, Step)
    return step_or_version.version if is_step else step_or_version


def is_open(step_or_version):
    """Return whether it may be edited: while its version is a draft."""
    return version_of(step_or_version).state == PlaybookVersion.State.DRAFT
