"""One part of a name or a number is answered with how many it fits, not with who."""

import pytest

from backoffice.audit.models import AccessRecord
from drivers.search_limits import count_found, is_narrow

LIST = "/admin/drivers/driver/"
PICKER = "/admin/autocomplete/"
OF_CASE = {"app_label": "cases", "model_name": "case", "field_name": "driver"}


@pytest.fixture(autouse=True)
def strict(settings):
    settings.LOOSE_SEARCH = False


@pytest.fixture
def hong(make_driver):
    return make_driver(phone="+821000001234")


@pytest.fixture
def kim(make_driver):
    return make_driver(name="김철수", phone="+821000011234", vehicle_no="부산34사7890")


@pytest.fixture
def listed(signed_in, hong, kim):
    """listed(agent, {"q": "…"}): the drivers shown, and the page's words."""

    def look(person, query):
        client = signed_in(person)
        client.cookies["django_language"] = "en"
        response = client.get(LIST, query)
        return list(response.context["cl"].result_list), response.content.decode()

    return look


@pytest.mark.parametrize(
    "text",
    [
        *("010-0000-1234", "01000001234", "+82 10 0000 1234", "서울12바3456", "12바 3456"),
        *("1234 김", "김 1234", "1234 ㄱ", "1234 ㄱㅊㅅ", "1234 3456", "1234 김철수"),
    ],
)
def test_a_whole_value_or_two_parts_are_enough(text):
    assert is_narrow(text)


@pytest.mark.parametrize(
    "text",
    [
        *("김", "김철수", "ㄱㅊㅅ", "1234", "홍길동", "홍 길동", "홍 길 동", "홍 ㅎㄱㄷ", "김 김"),
        *("1234 1234", "1234 １２３４", "", "   ", "%", "*", "_", "홍\x00", "% %", "김 %"),
    ],
)
def test_one_part_is_not_however_often_it_is_typed(text):
    assert not is_narrow(text)


@pytest.mark.parametrize("who", ["agent", "lead", "superuser"])
def test_one_part_is_answered_with_a_number_and_two_with_the_driver(listed, who, kim, request):
    person = request.getfixturevalue(who)

    shown, page = listed(person, {"q": "1234"})
    assert shown == []
    assert "2 drivers match. Add a second term" in page

    assert listed(person, {"q": "1234 김"})[0] == [kim]


def test_the_number_ends_somewhere(listed, agent, make_driver, monkeypatch):
    monkeypatch.setattr("drivers.search_limits.MOST_COUNTED", 2)
    make_driver(phone="+821000021234")

    assert "More than 2 drivers match." in listed(agent, {"q": "1234"})[1]


def test_one_who_matches_is_not_shown_either(listed, agent, hong):
    shown, page = listed(agent, {"q": "홍길동"})

    assert shown == []
    assert "One driver matches." in page
    assert hong.masked_phone not in page


def test_where_nobody_matches_it_says_so(listed, agent):
    assert "Nothing was found." in listed(agent, {"q": "박"})[1]


WAYS_ROUND = [
    {},
    {"all": ""},
    {"p": "1"},
    {"o": "3"},
    {"q": "%"},
    {"q": "*"},
    {"q": "_ _"},
    {"q": "홍", "all": ""},
    {"q": "홍", "state__exact": "active"},
    {"service_type__exact": "블루파트너스"},
    {"state__exact": "active", "_facets": "True"},
    {"verification_state__exact": "open", "o": "-1", "all": ""},
]


@pytest.mark.parametrize("query", WAYS_ROUND, ids=str)
def test_an_agent_finds_no_way_round(listed, agent, query):
    shown, page = listed(agent, query)

    assert shown == []
    assert "홍*동" not in page


def test_an_agent_is_told_what_to_do(listed, agent):
    assert "Search to find a driver." in listed(agent, {})[1]


def test_a_lead_may_list_them(listed, lead, hong, kim):
    assert set(listed(lead, {})[0]) == {hong, kim}
    assert set(listed(lead, {"state__exact": "active"})[0]) == {hong, kim}


def test_a_filter_does_not_change_the_number(listed, agent):
    """Or it would tell of the drivers, one by one, what is not shown."""
    assert "2 drivers match" in listed(agent, {"q": "1234", "state__exact": "withdrawn"})[1]


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("", "Search to find a driver."),
        ("홍", "One driver matches."),
        ("1234", "2 drivers match."),
    ],
)
@pytest.mark.parametrize("who", ["agent", "lead"])
def test_the_picker_of_a_form_says_what_is_missing(
    signed_in, hong, kim, who, term, sentence, request
):
    client = signed_in(request.getfixturevalue(who))
    client.cookies["django_language"] = "en"

    answer = client.get(PICKER, OF_CASE | {"term": term}).json()

    assert [(each["id"], each["disabled"]) for each in answer["results"]] == [("-", True)]
    assert answer["results"][0]["text"].startswith(sentence)


def test_the_picker_finds_by_two_parts(signed_in, agent, hong, kim):
    answer = signed_in(agent).get(PICKER, OF_CASE | {"term": "1234 김"}).json()

    assert answer["results"] == [{"id": str(kim.pk), "text": str(kim)}]


@pytest.mark.parametrize("query", [{"q": "홍"}, {"q": "홍길동"}, {"q": "1234", "all": ""}])
def test_the_list_of_cases_is_no_way_round(signed_in, agent, make_case, hong, query):
    case = make_case(driver=hong)
    client = signed_in(agent)

    assert list(client.get("/admin/cases/case/", query).context["cl"].result_list) == []
    for enough in ("1234 홍", "010-0000-1234", case.number):
        response = client.get("/admin/cases/case/", {"q": enough})
        assert list(response.context["cl"].result_list) == [case]


@pytest.mark.parametrize("extended", [{}, {"extended": "1"}])
def test_the_search_of_the_theme_shows_no_driver(signed_in, lead, hong, extended):
    response = signed_in(lead).get("/admin/search/", {"s": "홍길동", **extended})

    assert response.status_code == 200
    assert "/admin/drivers/driver/" not in response.content.decode()


def test_a_search_that_was_not_enough_is_recorded_as_one(listed, agent):
    listed(agent, {"q": "홍길동"})

    found = AccessRecord.objects.get(action="search")
    assert (found.detail["terms"], found.detail["drivers"]) == (["name"], [])


@pytest.mark.parametrize("query", [{}, {"q": "홍"}, {"q": "1234", "state__exact": "active"}])
def test_a_demo_may_be_set_to_show_them_all_the_same(listed, agent, hong, query, settings):
    settings.LOOSE_SEARCH = True

    assert hong in listed(agent, query)[0]


@pytest.mark.parametrize("term", ["김", "ㄱ"])
@pytest.mark.parametrize("most_read", [400, 6, 5, 2])
def test_a_driver_is_counted_once_however_often_he_is_named(
    term, most_read, make_driver, monkeypatch
):
    """Two drivers with three parts each that begin alike: six rows of names, whatever is read."""
    monkeypatch.setattr("drivers.search_limits.MOST_READ", most_read)
    for _each in range(2):
        make_driver(name="김김김")

    assert count_found(term) == 2


def test_of_many_no_more_are_counted_than_are_told(make_driver, monkeypatch):
    monkeypatch.setattr("drivers.search_limits.MOST_COUNTED", 2)
    monkeypatch.setattr("drivers.search_limits.MOST_READ", 8)
    for _each in range(9):
        make_driver(name="김하늘")

    assert count_found("김하") == 3
