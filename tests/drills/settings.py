"""
The product's settings, with the waits as a drill needs them.

DRILL_SETTINGS holds them as JSON, seconds for what is a period; DRILL_HOOKS names the
modules of ``tests.drills.hooks`` that a worker is to have.
"""

import json
import os
from datetime import timedelta

from backoffice import settings as product
from backoffice.settings import *  # noqa: F403

for _name, _value in json.loads(os.environ.get("DRILL_SETTINGS", "{}")).items():
    _is_period = isinstance(getattr(product, _name), timedelta)
    globals()[_name] = timedelta(seconds=_value) if _is_period else _value

CELERY_IMPORTS = [
    f"tests.drills.hooks.{name}" for name in os.environ.get("DRILL_HOOKS", "").split(",") if name
]

if os.environ.get("DRILL_READ_ONLY"):
    _database = product.DATABASES["default"]
    _is_sqlite = _database["ENGINE"].endswith("sqlite3")
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        **(
            {"init_command": "PRAGMA query_only=1;"}
            if _is_sqlite
            else {"options": "-c default_transaction_read_only=on"}
        ),
    }
