"""The tests' settings, and beside the product a plain Django admin over the same rows."""

from pathlib import Path

from django.contrib import admin

from tests.settings import *  # noqa: F403
from tests.settings import MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "tests.bench.plain_admin"
MIDDLEWARE = [*MIDDLEWARE, "tests.bench.plain_admin.PlainTemplates"]
# The theme's templates go before Django's own; for the plain admin it is the other way round.
OWN = Path(admin.__file__).parent / "templates"
TEMPLATES = [*TEMPLATES, {**TEMPLATES[0], "NAME": "plain", "DIRS": [OWN]}]
