"""The site with one row of everything, for the walks over its addresses."""

import pytest

from backoffice.staff import roles
from tests.house.walking import walk
from tests.house.world import world


@pytest.fixture
def keys(settings, tmp_path, driver, make_case, agent, lead):
    settings.EXPORTS = {roles.TEAM_LEAD, roles.PRIVACY_OFFICER}
    settings.VAR_DIR = tmp_path
    return world(driver=driver, make_case=make_case, agent=agent, lead=lead)


@pytest.fixture
def everywhere(keys, client, request):
    """everywhere("lead", "get"): the walk as that person."""

    def start(who, method):
        if who != "nobody":
            client.force_login(request.getfixturevalue(who))
        return walk(client, method, keys)

    return start
