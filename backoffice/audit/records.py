"""Writing access records: one call beside the act, in the act's own transaction."""

from contextvars import ContextVar

from .models import AccessRecord

# Where the request at hand comes from; empty in a worker.
_address = ContextVar("address", default="")


def from_address(address):
    """Set where the acts that follow come from; returns a token for ``forget``."""
    return _address.set(address)


def forget(token):
    """Undo ``from_address``."""
    _address.reset(token)


def current_address():
    """Return where the request at hand comes from; "" in a worker."""
    return _address.get()


def record(action, *, by, driver=None, account="", **detail):
    """
    Write down that ``by`` did ``action`` to ``driver``'s personal data.

    Call it inside the transaction of the act. If the record cannot be written
    the exception passes, and the act or the page goes with it.

    :param by: a user, or None for the system and for a failed sign-in
    :param account: the name that was tried, where ``by`` is None
    :param detail: what exactly, as plain JSON values; never a personal datum
    """
    return AccessRecord.objects.create(
        action=action,
        by=by,
        account=by.get_username() if by else account,
        address=_address.get(),
        driver=driver,
        detail=detail,
    )
