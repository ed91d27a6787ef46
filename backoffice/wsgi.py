"""The web application. Refuses to serve what must not be served."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

application = get_wsgi_application()

from backoffice.checks import refuse_demo_accounts  # noqa: E402  needs the apps to be ready

refuse_demo_accounts()
