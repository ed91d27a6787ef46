"""The product's settings, with a worker that can be told where to die; see ``killing_gateway``."""

from datetime import timedelta

from backoffice.settings import *  # noqa: F403
from backoffice.settings import SMS_GATEWAYS

SMS_GATEWAYS = {
    **SMS_GATEWAYS,
    "demo": "tests.processes.killing_gateway.KillingGateway",
}
CELERY_IMPORTS = ["tests.processes.killing_gateway"]
# So short that a test need not wait for it.
OUTBOX_LEASE = timedelta(seconds=1)
