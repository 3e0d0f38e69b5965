"""Typed questions in both languages become the conditions that a person would have set by hand."""

from typing import Any

import pytest
from django.conf import settings

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions
from sila.platform.entities.kinds import Context
from sila.platform.entities.questions import understand
from sila.platform.entities.registry import registry
from sila.project.administration.actions.roles import set_field_access
from tests.counting import at_most
from tests.people import OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(company, admin):
    """Two customers in two cities, and how a question is asked."""
    for name, city in (("نخيل", "الرياض"), ("Waha", "Jeddah")):
        customer = actions.create(registry["organizations"], {"name": name, "city": city}, by=admin)
        values = {"name": f"Deal of {name}", "party": str(customer.id), "amount": "150000"}
        actions.create(registry["opportunities"], values, by=admin)
    actions.create(registry["people"], {"name": "منى", "city": "الرياض"}, by=admin)
    context = Context(admin, Reader.of(company.workspace))

    def asked(text: str) -> Any:
        question = understand(text, context)
        return question and (
            question.entity.slug,
            sorted(map(str, question.state.conditions)),
            question.state.query,
        )

    return asked


OPEN_IN_RIYADH = [
    "amount:gt:100000",
    "category:any:open",
    "expected_close:within:this_month",
    "party~city:is:الرياض",
]


@pytest.mark.parametrize(
    ("text", "slug", "conditions"),
    [
        ("صفقات الرياض المفتوحة فوق 100 ألف هذا الشهر", "opportunities", OPEN_IN_RIYADH),
        ("الصفقات المفتوحة في الرياض أكثر من ١٠٠ ألف هذا الشهر", "opportunities", OPEN_IN_RIYADH),
        ("open deals in الرياض above 100k this month", "opportunities", OPEN_IN_RIYADH),
        ("مهامي المتأخرة", "tasks", ["due_at:within:before_today", "owner:any:me", "status:any:open"]),
        ("my overdue tasks", "tasks", ["due_at:within:before_today", "owner:any:me", "status:any:open"]),
        ("صفقاتي المفتوحة", "opportunities", ["category:any:open", "owner:any:me"]),
        ("كم صفقة خسرناها", "opportunities", ["category:any:lost"]),
        ("أشخاص بلا بريد", "people", ["email:empty"]),
        ("my deals below 2 million", "opportunities", ["amount:lt:2000000", "owner:any:me"]),
        ("deals between 10k and 50k", "opportunities", ["amount:between:10000|50000"]),
        ("صفقات بين 10 آلاف و50 ألف", "opportunities", ["amount:between:10000|50000"]),
        ("people in jeddah", "people", None),
        ("أشخاص بالرياض بدون هاتف", "people", ["city:is:الرياض", "phone:empty"]),
        ("people without e-mail added last week", "people", ["created_at:within:last_week", "email:empty"]),
        ("الصفقات المضافة الشهر الماضي", "opportunities", ["created_at:within:last_month"]),
        ("companies created in ramadan", "organizations", None),
        (
            "deals closing this month",
            "opportunities",
            ["category:any:open", "expected_close:within:this_month"],
        ),
        ("عقارات شاغر", OWN, None),
    ],
)
def test_a_question_becomes_conditions(text, slug, conditions, ask):
    found = ask(text)
    if conditions is None:
        assert found is None or found[0] == slug
    else:
        assert found == (slug, conditions, "")


def test_what_is_not_understood_is_searched_for(ask):
    slug, conditions, rest = ask("open deals harbour")
    assert (slug, conditions, rest) == ("opportunities", ["category:any:open"], "harbour")


@pytest.mark.parametrize(
    "text", ["", "deals", "الصفقات", "hello there", "'; drop table", "فوق 100 ألف", "> < = ~ :"]
)
def test_what_is_no_question_gets_no_answer(text, ask):
    assert ask(text) is None


def test_the_palette_answers_with_chips_that_lead_to_the_list(ask, company, client):
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    page = client.get("/w/rayyan/palette", {"q": "open deals above 100k"}).content.decode()
    assert "/w/rayyan/opportunities/?f=category%3Aany%3Aopen" in page
    listed = client.get("/w/rayyan/opportunities/", {"f": ["amount:gt:100000", "party~city:is:الرياض"]})
    assert "Deal of نخيل" in listed.content.decode()
    assert "Deal of Waha" not in listed.content.decode()


def test_no_question_reaches_a_field_that_is_hidden(ask, company):
    role = Role.objects.get(code="seller")
    for noun, name in (("opportunities", "amount"), ("organizations", "city")):
        set_field_access(role, registry[noun], name, "hidden", by=company.actor("admin"))
    context = Context(company.actor("alice"), Reader.of(company.workspace))
    found = understand("open deals above 100k in الرياض", context)
    assert found is None or not {"amount", "party~city"} & {each.field for each in found.state.conditions}


def test_each_key_asks_the_database_little_however_long_the_question_is(ask, company, client):
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    words = "deals in some far town or other of the kingdom that nobody has ever heard of nor will"
    client.get("/w/rayyan/palette", {"q": words})
    with at_most(20):
        client.get("/w/rayyan/palette", {"q": words})


@pytest.mark.parametrize(
    "text", ["deals closing before nonsense", "deals above 9e999999", "deals after 99999-99-99"]
)
def test_a_value_that_the_field_cannot_read_is_no_condition(text, ask):
    found = ask(text)
    assert found is None or found[0] == "opportunities"
