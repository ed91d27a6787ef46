"""A message's way through the states, as the pages draw it."""

from django.utils.translation import gettext as _

from .models import Message

State = Message.State

# Our words for why, as an agent may read them to a driver.
REASONS = {
    "no_connection": lambda: _("The gateway could not be reached."),
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
}


def messages_way(messages):
    """Return what ``sms/way.html`` draws: for each message its steps, with times."""
    return [
        {
            "message": message,
            "steps": _steps(message),
            "reason": reason_of(message),
            "is_moving": message.state in Message.ON_ITS_WAY,
            "needs_a_person": message.state in Message.NEED_A_PERSON,
        }
        for message in messages
    ]


def reason_of(message):
    """Return why a message stands where it stands, in words for a person; "" where all is well."""
    return REASONS.get(message.reason, lambda: message.reason)()


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
