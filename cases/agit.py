"""Escalations as the department reads them: masked, queued with the act, retried by people."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.masking import mask_text
from backoffice.outbox import dispatch
from backoffice.workflow.reasons import refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, not_now

from .models import WORK, AgitPost, Case
from .playbooks.facts import FACTS

State = AgitPost.State
SETTLE = "cases.settle_agitpost"


def queue_post(approval):
    """
    Queue the post of an approved escalation and return it.

    Under the case's earlier post, if it was escalated before. Call it inside the
    transaction of the approval.
    """
    root = _root(approval.case)
    return _queue("cases/agit_post.txt", approval.case, f"agit:{approval.pk}", root, approval)


def note_recontact(case):
    """
    Queue a comment under the post of the earlier case, and return it.

    None where nothing was posted about it, or this was noted already.
    """
    root = _root(case) if case.previous_case is not None else None
    intent = f"agit-recontact:{case.pk}"
    if root is None or AgitPost.objects.filter(intent=intent).exists():
        return None
    return _queue("cases/agit_comment.txt", case, intent, root)


def post_again(post, *, by, reason):
    """
    Queue the words of ``post`` once more, by a person's decision, and return the new one.

    One that failed was surely not taken; one in doubt is for a lead, who looked into Agit.

    :raises TransitionRefused: nothing was queued
    """
    refuse_empty_reason(reason)
    with transaction.atomic():
        old = _locked(post, by)
        if old.state not in {State.FAILED, State.UNKNOWN}:
            raise not_now(old)
        if AgitPost.objects.filter(resend_of=old).exists():
            raise TransitionRefused(_("It has been posted again already."))
        new = AgitPost.objects.create(
            case=old.case,
            parent=old.parent,
            text=old.text,
            intent=f"agit-again:{old.pk}",
            resend_of=old,
        )
        old.comments.update(parent=new)
        _note(old, "send_again", by, reason)
        dispatch.wake()
    return new


def settle(post, *, by, reason, post_id=""):
    """
    Take a post in doubt as posted: a lead has seen it in Agit.

    :param post_id: its number there, if he knows it; later comments go under it
    :raises TransitionRefused: nothing was changed
    """
    refuse_empty_reason(reason)
    with transaction.atomic():
        old = _locked(post, by)
        if old.state != State.UNKNOWN or AgitPost.objects.filter(resend_of=old).exists():
            raise not_now(old)
        _note(old, "settle", by, reason)
        old.advance(
            State.ACCEPTED,
            provider_id=post_id.replace("\0", "").strip()[:100],
            reason="",
            detail="",
        )
        dispatch.wake()


def _locked(post, by):
    old = AgitPost.objects.select_for_update().get(pk=post.pk)
    if not by.has_perm(SETTLE if old.state == State.UNKNOWN else WORK):
        raise TransitionRefused(_("You are not allowed to do this."))
    if old.erased_at is not None:
        raise TransitionRefused(_("Its words were erased; nothing can be done with it any more."))
    return old


def _note(post, name, by, reason):
    post.changes.create(
        transition=name, source=post.state, target=post.state, by=by, note=reason[:500]
    )


def _root(case):
    """
    Return the ``_latest`` post about ``case``, locked, as ``post_again`` locks it.

    Or a comment that is queued at the moment in which its post is posted again stays under the
    old one, which never leaves, and nobody could post either of them again.
    """
    root = _latest(case)
    while root is not None:
        root = AgitPost.objects.select_for_update(no_key=True).get(pk=root.pk)
        again = AgitPost.objects.filter(resend_of=root).first()
        if again is None:
            break
        root = again
    return root


def _latest(case):
    """Return the post under which the next word about ``case`` belongs, or None: the latest
    about the same question since the driver's first contact about it, those within the days
    of a re-contact counted on."""
    posts = AgitPost.objects.filter(parent=None, resent_as=None)
    if case.driver_id is None or case.previous_case_id is None:
        return posts.filter(case=case).order_by("-pk").first()
    same = {"driver": case.driver_id, "consultation_type": case.consultation_type_id}
    first = Case.objects.filter(recontact_no=0, pk__lte=case.pk, **same).order_by("-pk")
    since = first.values_list("pk", flat=True).first() or case.previous_case_id
    of_contacts = {f"case__{name}": value for name, value in same.items()}
    return posts.filter(case__gte=since, **of_contacts).order_by("-pk").first()


def _queue(template, case, intent, root, approval=None):
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(template, _words(case, approval))
    post = AgitPost.objects.create(case=case, parent=root, intent=intent, text=text.strip())
    dispatch.wake()
    return post


def _words(case, approval):
    driver = case.driver
    reason = approval.reason if approval is not None else ""
    walk = case.walks.select_related("version__playbook").order_by("-pk").first()
    return {
        "case": case,
        "question": walk.version.playbook.title if walk else "",
        "driver": driver,
        "checked": _checked(case),
        "reason": mask_text(reason, name=driver.name if driver is not None else ""),
        "mention": settings.AGIT_MENTION,
        "link": settings.SITE_URL + reverse("admin:cases_case_change", args=[case.pk]),
    }


def _checked(case):
    """Return (what, outcome) of what was found out; what nobody asked or compared is left out."""
    found = ((label, words.get(FACTS[name].read(case))) for name, label, words in SHOWN)
    return [(label, outcome) for label, outcome in found if outcome]


COMPARED = {"match": gettext_lazy("match"), "mismatch": gettext_lazy("mismatch")}
SHOWN = (  # fact, what it is called, and the outcomes that the department reads
    (
        "changed",
        gettext_lazy("number or device changed"),
        {"none": "N", "phone": "Y", "device": "Y", "both": "Y"},
    ),
    ("reinstalled", gettext_lazy("reinstalled"), {"yes": "Y", "no": "N"}),
    (
        "usim",
        gettext_lazy("USIM number"),
        {"same": gettext_lazy("same"), "differs": gettext_lazy("differs")},
    ),
    ("phone_compared", gettext_lazy("phone"), COMPARED),
    ("birthdate_compared", gettext_lazy("birthdate"), COMPARED),
)
