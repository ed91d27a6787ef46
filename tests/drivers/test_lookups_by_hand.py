"""A list is narrowed by its own filters and by nothing that is typed into the address."""

import pytest

from cases.models import Step

LIST = "/admin/drivers/driver/"


@pytest.fixture
def hong(make_driver):
    return make_driver(phone="+821000001234")


LOOKUPS = [
    (LIST, "birthdate__lt", "1990-01-01"),
    (LIST, "birthdate", "1980-05-03"),
    (LIST, "name__startswith", "홍"),
    (LIST, "phone", "+821000001234"),
    (LIST, "phone__endswith", "1234"),
    (LIST, "id__in", "1,2,3"),
    (LIST, "pk", "1"),
    (LIST, "names__tail", "길동"),
    (LIST, "corrections__old_value__startswith", "19"),
    ("/admin/drivers/correction/", "old_value__startswith", "1980"),
    ("/admin/drivers/correction/", "driver__birthdate__lt", "1990-01-01"),
    ("/admin/cases/case/", "driver", "1"),
    ("/admin/cases/case/", "driver__name", "홍길동"),
    ("/admin/cases/case/", "presented_phone__endswith", "1234"),
    ("/admin/cases/case/", "note__contains", "010"),
    ("/admin/cases/case/", "created_at__year", "9" * 30),
    ("/admin/cases/case/", "created_at__regex", "("),
    ("/admin/cases/case/", "state__regex", "("),
    ("/admin/cases/case/", "channel__in", "phone,mail"),
    ("/admin/cases/case/", "owner__username__startswith", "a"),
    ("/admin/cases/case/", "nosuch", "1"),
    ("/admin/drivers/driver/", "service_type__startswith", "일"),
    ("/admin/cases/approval/", "driver", "1"),
    ("/admin/sms/message/", "to__endswith", "1234"),
    ("/admin/sms/message/", "driver__phone", "+821000001234"),
]


@pytest.mark.parametrize(("page", "lookup", "value"), LOOKUPS)
@pytest.mark.parametrize("who", ["lead", "superuser"])
def test_nothing_is_asked_by_hand(signed_in, hong, who, page, lookup, value, request):
    """?birthdate__lt=… would tell the birthdate in a dozen answers, masked or not."""
    client = signed_in(request.getfixturevalue(who))

    answer = client.get(page, {"q": "010-0000-1234", lookup: value})

    assert answer.status_code == 400
    assert "뒤로 가서 다시 선택하십시오." in answer.text


@pytest.fixture
def answer_given():
    """What the list of cases can be narrowed by: an answer of a playbook."""
    step = Step.objects.filter(kind="ask").first()
    return f"{step.pk}:{step.choices.first().value}"


@pytest.mark.django_db(transaction=True)  # PostgreSQL refuses some of them when it is asked
@pytest.mark.parametrize(
    "query",
    [
        {"created_at__gte": "9999-12-31T23:59:59-12:00", "took": ""},
        {"created_at__gte": "0001-01-01T00:00:00+00:00"},
        {"state__exact": "\0"},
        {"consultation_type__id__exact": "9" * 30},
        {"created_at__gte": "yesterday"},
    ],
)
def test_an_impossible_value_of_a_filter_shows_the_list(query, signed_in, lead, answer_given):
    answer = signed_in(lead).get("/admin/cases/case/", {"took": answer_given, **query})

    assert answer.status_code == 200 or answer.url == "/admin/cases/case/?e=1"


@pytest.mark.parametrize(
    ("page", "query"),
    [
        (LIST, {"service_type__exact": "일반", "state__exact": "active"}),
        ("/admin/cases/case/", {"queue": "mine", "owner__id__exact": "1"}),
        ("/admin/cases/case/", {"state__in": "new,closed"}),
        ("/admin/cases/approval/", {"state__in": "approved,rejected"}),
        ("/admin/cases/case/", {"created_at__gte": "2026-01-01 00:00:00+09:00"}),
        ("/admin/sms/message/", {"state__exact": "queued"}),
    ],
)
def test_the_filters_of_the_pages_still_work(signed_in, lead, page, query):
    assert signed_in(lead).get(page, query).status_code == 200
