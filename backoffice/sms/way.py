"""A message's way through the states, as the pages draw it."""

from django.utils.translation import gettext as _

from .models import Message
from .reported import MessageReport

State = Message.State

# Our words for why, as an agent may read them to a driver.
REASONS = {
    "no_connection": lambda: _("The gateway could not be reached."),
    "bad_address": lambda: _("The gateway's address is none; see the settings."),
    "no_answer": lambda: _("The gateway did not answer in time."),
    "line_broke": lambda: _("The line broke during the sending."),
    "unclear_answer": lambda: _("The gateway's answer cannot be understood."),
    "unexpected_error": lambda: _("A fault of our own; the log has it."),
    "worker_lost": lambda: _("The worker stopped while this was on the wire."),
    "too_old": lambda: _("It waited too long to be of use."),
    "busy": lambda: _("The gateway was busy."),
    "provider_down": lambda: _("The gateway was out of order."),
    "refused": lambda: _("The gateway refused it."),
    "dead_number": lambda: _("The number is not in service."),
    "switched_off": lambda: _("The telephone is switched off."),
    "blocked": lambda: _("The carrier blocked it."),
    "not_taken": lambda: _("The gateway does not know of it: it was never taken."),
    "not_allowed": lambda: _("The number is not on the list of those that may get texts here."),
    "no_balance": lambda: _("The account at the gateway has no balance."),
    "bad_sender": lambda: _("The sender's number is not registered with the gateway."),
    "bad_key": lambda: _("The gateway does not accept our key."),
    "account_blocked": lambda: _("The gateway has blocked our account."),
    "clock_wrong": lambda: _("The clock of this server is wrong."),
    "over_quota": lambda: _("The month's quota at the gateway is used up."),
    "too_long": lambda: _("The text is too long for this gateway."),
    "bad_characters": lambda: _("It holds characters that the network cannot carry."),
    "bad_number": lambda: _("The gateway does not take this number."),
    "opted_out": lambda: _("The owner of the number refuses such texts."),
    "duplicate": lambda: _("The gateway held it for a repetition."),
    "out_of_reach": lambda: _("The telephone was out of reach."),
    "phone_full": lambda: _("The telephone's memory is full."),
    "phone_fault": lambda: _("The telephone could not take it."),
    "suspended": lambda: _("The number's service is suspended."),
    "declined": lambda: _("The telephone declined it."),
    "expired": lambda: _("It could not be delivered in time."),
    "carrier_failed": lambda: _("The carrier could not deliver it."),
}


def messages_way(messages):
    """Return what ``sms/way.html`` draws: for each message its steps, with times."""
    return [
        {
            "message": message,
            "steps": _steps(message),
            "reason": reason_of(message),
            "is_moving": message.state in Message.ON_ITS_WAY and not message.waits_in_vain,
            "needs_a_person": message.needs_a_person,
        }
        for message in messages
    ]


def reason_of(message):
    """Return why a message stands where it stands, in words for a person; "" where all is well."""
    if message.waits_in_vain and message.unconfirmed:
        return _("A report came that the gateway does not confirm.")
    if message.waits_in_vain:
        return _("The gateway took it and has not told what became of it.")
    return _why(message.reason)


def _why(reason):
    return REASONS.get(reason, lambda: reason)()


def reports_of(message):
    """Return what gateways told of ``message``, oldest first, each with what came of it."""
    return [
        {"report": report, "why": _why(report.reason), "effect": _effect(report, message)}
        for report in message.reports.order_by("pk")
    ]


def _effect(report, message):
    """What became of a hint shows in the message; of all else it is kept with the report."""
    if report.effect != MessageReport.Effect.ASKED:
        return report.get_effect_display()
    if message.state in Message.ENDS:
        is_so = message.state == report.outcome
        return _("confirmed") if is_so else _("not confirmed: the gateway said otherwise")
    return report.get_effect_display() if message.ask_at else _("not confirmed")


def _steps(message):
    """The way that was gone, then the states that would come next if all goes well."""
    gone = {
        State.QUEUED: message.queued_at,
        State.SENDING: message.claimed_at,
        State.ACCEPTED: message.accepted_at,
    }
    if message.settled_at:
        gone[message.state] = message.settled_at
    path = [State.QUEUED, State.SENDING, State.ACCEPTED, State.DELIVERED]
    if message.state in Message.NEED_A_PERSON:
        path = [each for each in path[:3] if gone[each]] + [message.state]
    reached = path.index(message.state)
    return [
        {
            "label": State(state).label,
            "state": state,
            "at": gone.get(state) if place <= reached else None,
            "is_now": place == reached,
            "is_gone": place < reached,
        }
        for place, state in enumerate(path)
    ]
