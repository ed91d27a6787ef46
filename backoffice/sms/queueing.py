"""The only way to write a message."""

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.outbox import dispatch, journal
from backoffice.workflow.reasons import refuse_code, refuse_empty_reason
from backoffice.workflow.transitions import TransitionRefused, not_now

from .models import Message, Template
from .rendering import Unrenderable


class TextMissing(Exception):
    """There is no template with this key: the database was not migrated."""


def queue_text(key, *, driver, intent, case=None, correction=None):
    """
    Queue the text ``key`` for ``driver``, to the number on record, and return the message.

    Call it inside the transaction of the act that the text tells of: both are
    kept or dropped together. The worker is woken at the commit.

    :param intent: names the decision; a second message for it cannot be queued
    :raises TextMissing: no such template
    :raises TransitionRefused: the template cannot be sent as it stands
    """
    try:
        template = Template.objects.get(key=key)
    except Template.DoesNotExist:
        raise TextMissing(key) from None
    try:
        subject, body, size = template.render()
    except Unrenderable as fault:
        raise TransitionRefused(
            _("The text “%(name)s” cannot be sent: %(fault)s") % {"name": template, "fault": fault}
        ) from fault
    message = Message.objects.create(
        driver=driver,
        case=case,
        correction=correction,
        template=template,
        template_version=template.version,
        to=driver.phone_digits,
        kind=size.kind,
        subject=subject,
        body=body,
        bytes=size.bytes,
        intent=intent,
    )
    dispatch.wake()
    journal.tell("Queued.", message, template=key)
    return message


def send_again(message, *, by, reason):
    """
    Queue the words of ``message`` once more, by a person's decision, and return the new one.

    The old one stays as it ended. Only for what needs a person: failed, undelivered, or
    what may have arrived, where the driver may get it twice; hence the reason.

    :raises TransitionRefused: nothing was queued
    """
    if not by.has_perm("sms.resend_message"):
        raise TransitionRefused(_("You are not allowed to do this."))
    if not reason.strip():
        raise TransitionRefused(_("Say why it is sent again."))
    refuse_code(reason)
    with transaction.atomic():
        old = Message.objects.select_for_update().get(pk=message.pk)
        if old.erased_at is not None:
            raise TransitionRefused(_("Its words were erased; it cannot be sent again."))
        if not old.needs_a_person:
            raise not_now(old)
        if Message.objects.filter(resend_of=old).exists():
            raise TransitionRefused(_("It has been sent again already."))
        new = Message.objects.create(
            driver=old.driver,
            case=old.case,
            correction=old.correction,
            template=old.template,
            template_version=old.template_version,
            to=old.driver.phone_digits,
            kind=old.kind,
            subject=old.subject,
            body=old.body,
            bytes=old.bytes,
            intent=f"again:{old.pk}",
            resend_of=old,
            driver_told_at=old.driver_told_at,
        )
        old.changes.create(
            transition="send_again", source=old.state, target=old.state, by=by, note=reason[:500]
        )
        dispatch.wake()
    journal.tell("Queued again.", new, old=old.pk, by=by.pk)
    return new


def note_arrival(message, *, by, reason):
    """
    Take ``message``, of which nobody knows what became, as delivered: a person knows it.

    :raises TransitionRefused: nothing was changed
    """
    if not by.has_perm("sms.resend_message"):
        raise TransitionRefused(_("You are not allowed to do this."))
    refuse_empty_reason(reason)
    with transaction.atomic():
        old = Message.objects.select_for_update().get(pk=message.pk)
        if not old.may_have_arrived or Message.objects.filter(resend_of=old).exists():
            raise not_now(old)
        old.changes.create(
            transition="settle", source=old.state, target=old.state, by=by, note=reason[:500]
        )
        old.advance(Message.State.DELIVERED)
