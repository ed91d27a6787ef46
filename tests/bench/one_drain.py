"""One worker's drain, for the benchmark: says when it is ready, starts at a line of input."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402

from backoffice.outbox.dispatch import dispatch_due  # noqa: E402
from backoffice.outbox.drain import tune_process  # noqa: E402
from backoffice.sms.models import Message  # noqa: E402

if __name__ == "__main__":
    settings.OUTBOX_IN_FLIGHT = int(sys.argv[1])
    tune_process()
    Message.objects.exists()
    print("ready", flush=True)
    sys.stdin.readline()
    print(dispatch_due(seconds=600), flush=True)
