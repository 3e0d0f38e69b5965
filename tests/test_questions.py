"""Typed questions in both languages become the conditions that a person would have set by hand."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from sila.platform.access.models import Member, Role
from sila.platform.access.reader import Reader
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions
from sila.platform.entities.kinds import Context
from sila.platform.entities.questions import readings, understand
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project.administration.actions.roles import set_field_access
from tests.counting import at_most
from tests.people import OWN, rule

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
        ("صفقات احتمالها بين 20 و50", "opportunities", ["probability:between:20|50"]),
        (
            "صفقات مبلغها فوق 5000 وإغلاقها المتوقع هذا الشهر",
            "opportunities",
            ["amount:gt:5000", "expected_close:within:this_month"],
        ),
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


@pytest.fixture
def stocked(ask, company, admin):
    """Places, people and names in both scripts."""
    for noun, name, city in (
        ("organizations", "Rhein Handel", "Berlin"),
        ("organizations", "دار جدة", "جدة"),
        ("people", "Salma", "جدة"),
    ):
        actions.create(
            registry[noun], {"name": name, "city": city, "lifecycle": "customer", "industry": "Logistics"}
            if noun == "organizations" else {"name": name, "city": city}, by=admin
        )  # fmt: skip
    for name, name_en, email in (
        ("عمر حداد", "", "omar@rayyan.example"),
        ("سارة العتيبي", "Sara", "sara@rayyan.example"),
    ):
        actions.create(registry["members"], {"name": name, "name_en": name_en, "email": email}, by=admin)
    return {member.name: str(member.id) for member in Member.objects.all()}


BOTH = "kind:any:person|organization"
JEDDAH = ["by-city.city:is:Jeddah", "by-city.city:is:جدة"]


@pytest.mark.parametrize(
    ("text", "slug", "conditions"),
    [
        ("companies in jeddah", "organizations", JEDDAH),
        ("شركات جدة", "organizations", JEDDAH),
        ("الشركات بجدة", "organizations", JEDDAH),
        ("companies in jedah", "organizations", JEDDAH),
        ("شركات في برلين", "organizations", ["city:is:Berlin"]),
        (
            "companies in Riyadh or Berlin",
            "organizations",
            ["by-city.city:is:Berlin", "by-city.city:is:الرياض"],
        ),
        ("companies not in Berlin", "organizations", ["city:is_not:Berlin"]),
        ("deals in riyadh", "opportunities", ["party~city:is:الرياض"]),
        ("customers in Berlin", "parties", ["city:is:Berlin", BOTH, "lifecycle:any:customer"]),
        ("عملاء برلين", "parties", ["city:is:Berlin", BOTH, "lifecycle:any:customer"]),
        ("leads without phone", "leads", ["phone:empty"]),
        ("logistics companies", "organizations", ["industry:is:Logistics"]),
        ("oppen dealz", "opportunities", ["category:any:open"]),
        ("صفاقت مفتوحة", "opportunities", ["category:any:open"]),
        ("people at Rhein Handel", "people", None),
    ],
)
def test_a_value_is_known_in_either_script_and_a_letter_beside(text, slug, conditions, ask, stocked):
    found = ask(text)
    if conditions is None:
        assert found[0] == slug
        assert found[1][0].startswith("organization:any:")
    else:
        assert found == (slug, sorted(conditions), "")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("deals by Omar", ["عمر حداد"]),
        ("deals of Omar Haddad", ["عمر حداد"]),
        ("صفقات عمر", ["عمر حداد"]),
        ("صفقات لسارة", ["سارة العتيبي"]),
        ("deals of sara", ["سارة العتيبي"]),
        ("deals by Omar and Sara", ["سارة العتيبي", "عمر حداد"]),
        ("صفقات عمر وسارة", ["سارة العتيبي", "عمر حداد"]),
    ],
)
def test_a_colleague_is_known_by_a_part_of_the_name_in_either_script(text, names, ask, stocked):
    slug, (condition,), rest = ask(text)
    field, operator, ids = condition.split(":")
    assert (slug, field, operator, rest) == ("opportunities", "owner", "any", "")
    assert sorted(ids.split("|")) == sorted(stocked[name] for name in names)


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("deals won last quarter", ["category:any:won", "closed_on:within:last_quarter"]),
        ("الصفقات المكسوبة الربع الماضي", ["category:any:won", "closed_on:within:last_quarter"]),
        ("صفقات ربحناها الشهر الماضي", ["category:any:won", "closed_on:within:last_month"]),
        ("deals created more than 30 days ago", ["created_at:lte:2026-02-08"]),
        ("صفقات أقدم من ٣٠ يوما", ["created_at:lte:2026-02-08"]),
        ("deals of the last 14 days", ["expected_close:between:2026-02-25|2026-03-10"]),
        ("صفقات آخر ٣ أشهر", ["expected_close:between:2025-12-11|2026-03-10"]),
        ("صفقات خلال أسبوعين", ["expected_close:between:2026-03-10|2026-03-23"]),
        ("deals in March", ["expected_close:between:2026-03-01|2026-03-31"]),
        ("صفقات آذار 2025", ["expected_close:between:2025-03-01|2025-03-31"]),
        ("صفقات شهر رجب", ["expected_close:between:2025-12-21|2026-01-19"]),
        ("deals of Rajab 1446", ["expected_close:between:2025-01-01|2025-01-30"]),
        ("صفقات رمضان الماضي", ["expected_close:between:2025-03-01|2025-03-29"]),
        ("صفقات عام 1446", ["expected_close:between:2024-07-07|2025-06-25"]),
        ("deals in Q1 2025", ["expected_close:between:2025-01-01|2025-03-31"]),
        ("صفقات الربع الثاني", ["expected_close:between:2026-04-01|2026-06-30"]),
        ("deals from April to June", ["expected_close:between:2026-04-01|2026-06-30"]),
        ("deals closing before March", ["expected_close:lte:2026-02-28"]),
        ("deals closing after 15/3/2026", ["expected_close:gte:2026-03-15"]),
        ("deals added since January", ["created_at:gte:2026-01-01"]),
        ("companies created this week", ["created_at:within:this_week"]),
        ("deals between 10 and 50 thousand", ["amount:between:10000|50000"]),
        ("صفقات من ١٠ إلى ٥٠ ألف", ["amount:between:10000|50000"]),
        ("deals over half a million SAR", ["amount:gt:500000", "currency:any:SAR"]),
        ("صفقات أكبر من مئة ألف ريال", ["amount:gt:100000", "currency:any:SAR"]),
        ("صفقات فوق المليون", ["amount:gt:1000000"]),
        ("deals worth 1.5m+", ["amount:gte:1500000"]),
        ("صفقات ١٫٥ مليون فأكثر", ["amount:gte:1500000"]),
        ("deals above $50k", ["amount:gt:50000", "currency:any:USD"]),
        ("people without phone or e-mail", ["email:empty", "phone:empty"]),
        ("أشخاص بلا بريد وجوال", ["email:empty", "phone:empty"]),
        ("high priority tasks", ["priority:any:high"]),
        ("اجتماعات الغد", ["at:within:tomorrow"]),
        ("كم صفقة كسبنا هذا العام", ["category:any:won", "closed_on:within:this_year"]),
        ("deals with probability over 50%", ["probability:gt:50"]),
        ("صفقات بدون مالك", ["owner:empty"]),
        ("unassigned deals", ["owner:empty"]),
        ("people with phone", ["phone:filled"]),
        ("deals where next step is empty", ["next_step:empty"]),
        ("deals not won", ["category:none:won"]),
        ("صفقات غير مفتوحة", ["category:none:open"]),
        ("deals not above 5k", ["amount:lte:5000"]),
        ("won or lost deals", ["category:any:won|lost"]),
        ("deals of my team", ["owner:any:team"]),
    ],
)
def test_what_a_manager_types(text, conditions, ask, monkeypatch):
    monkeypatch.setattr(Reader, "today", date(2026, 3, 10))
    assert ask(text)[1:] == (conditions, "")


@pytest.mark.parametrize(
    ("text", "sort", "first", "unread"),
    [
        ("top 10 open deals", "-amount", "10:-amount", ()),
        ("biggest five open deals", "-amount", "5:-amount", ()),
        ("5 biggest open deals", "-amount", "5:-amount", ()),
        ("أعلى 10 صفقات مفتوحة", "-amount", "10:-amount", ()),
        ("أعلى ١٠ صفقات مفتوحة", "-amount", "10:-amount", ()),
        ("أكبر خمس صفقات مفتوحة", "-amount", "5:-amount", ()),
        ("أصغر ثلاث صفقات مفتوحة", "amount", "3:amount", ()),
        ("newest 20 open deals", "-created_at", "20:-created_at", ()),
        ("أحدث عشر صفقات مفتوحة", "-created_at", "10:-created_at", ()),
        ("biggest open deals", "-amount", "", ()),
        ("top 5000 open deals", "-amount", "", ("5000",)),
        ("top 10 million open deals", "-amount", "", None),
    ],
)
def test_the_biggest_come_first_and_only_so_many_as_were_asked_for(text, sort, first, unread, company, admin):
    found = understand(text, Context(admin, Reader.of(company.workspace)))
    assert (found.state.sort, found.state.first) == (sort, first)
    assert [*map(str, found.state.conditions)] == ["category:any:open"]
    assert unread is None or (found.unread, found.state.query) == (unread, "")


@pytest.mark.parametrize(
    ("text", "conditions", "query", "unread"),
    [
        ("open deals harbour", ["category:any:open"], "harbour", ()),
        ("open deals amount", ["category:any:open"], "", ("amount",)),
        ("open deals closing before nonsense", ["category:any:open"], "before nonsense", ("closing",)),
        ("open deals or above 5k", ["category:any:open", "amount:gt:5000"], "", ("or",)),
        ("open deals for more than 30 days", ["category:any:open"], "more 30 days", ()),
        ("tasks not overdue", ["due_at:within:before_today", "status:any:open"], "", ("not",)),
        ("صفقات مساحتها بين 20 و50", ["amount:between:20|50"], "مساحتها", ()),
        ("open deals متوقفة", ["category:any:open"], "متوقفة", ()),
        ("open deals above 9e999999", ["category:any:open"], "above 9e999999", ()),
    ],
)
def test_no_word_is_dropped_in_silence(text, conditions, query, unread, company, admin, client):
    found = understand(text, Context(admin, Reader.of(company.workspace)))
    assert ([*map(str, found.state.conditions)], found.state.query, found.unread) == (
        conditions,
        query,
        unread,
    )
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    page = client.get("/w/rayyan/palette", {"q": text}).content.decode()
    assert "لم يُفهم" in page
    assert all(word in page for word in (*query.split(), *unread))


def test_names_and_places_that_the_reader_may_not_see_are_no_values(company, ask, stocked):
    role = Role.objects.get(code="seller")
    role.grants = {"*": {"view": "own", "edit": "own", "create": "all"}}
    role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=996)
    context = Context(company.actor("alice"), Reader.of(company.workspace))
    assert understand("companies in Berlin", context) is None
    assert understand("logistics companies", context) is None
    assert understand("people at Rhein Handel", context) is None


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


def test_chips_say_colleagues_and_numbers_as_their_reader_does(company, client):
    admin = company.user("admin")
    with scope(company.workspace):
        Member.objects.filter(user=admin).update(name="نورة", name_en="Noura")
        noura = Member.objects.get(user=admin)
    client.force_login(admin, backend=settings.AUTHENTICATION_BACKENDS[0])
    asked = {"f": [f"owner:any:{noura.id}", "amount:gt:100000"]}
    for language, name, others in (("en", "Noura", "نورة"), ("ar", "نورة", "Noura")):
        client.post("/preferences", {"language": language}, headers={"HX-Request": "true"})
        page = client.get("/w/rayyan/opportunities/", asked).content.decode()
        chips = page[page.index("s-filters") :].split("<table")[0]
        assert f"<bdi>{name}</bdi>" in chips
        assert others not in chips
        assert "<bdi>100,000</bdi>" in chips


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


# ---- what the workspace's own text fields hold ---------------------------------------------------------
@pytest.fixture
def quarters(company, admin):
    """A neighbourhood of people, written in both languages, and one of estates that contracts lead to."""
    quarter = add_field("people", "الحي", label_en="Neighbourhood", kind="text", by=admin).key
    street = add_field("people", "الشارع", label_en="Street", kind="text", by=admin).key
    company.workspace.refresh_from_db()
    for name, where, on in (
        ("Saad", "Olaya", "Main"), ("سعد", "العليا", "المروة"), ("فهد", "حي الملك فهد", "Olaya"), ("Rim", "المروة", ""),
    ):  # fmt: skip
        values = {"name": name, quarter: where, street: on, "lifecycle": "customer"}
        actions.create(registry["people"], values, by=admin)
    return SimpleNamespace(quarter=quarter, street=street)


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("people in Olaya", ["{quarter}:is:Olaya"]),
        ("أشخاص في العليا", ["{quarter}:is:العليا"]),
        ("أشخاص بالعليا", ["{quarter}:is:العليا"]),
        ("الأشخاص في حي العليا", ["{quarter}:is:العليا"]),
        ("أشخاص حي الملك فهد", ["{quarter}:is:حي الملك فهد"]),
        ("أشخاص المروه", ["{quarter}:is:المروة"]),
        ("people whose street is Olaya", ["{street}:is:Olaya"]),
        ("people in Olaya in jeddah without phone", None),
        ("people not in Olaya", ["{quarter}:is_not:Olaya"]),
        ("عملاء العليا", ["lifecycle:any:customer", "{quarter}:is:العليا"]),
    ],
)
def test_a_value_of_an_own_text_field_is_understood(text, conditions, quarters, ask):
    slug, found, query = ask(text)
    assert slug == "people"
    if conditions is None:
        assert f"{quarters.quarter}:is:Olaya" in found and "phone:empty" in found
    else:
        assert found == sorted(each.format(**vars(quarters)) for each in conditions)
        assert query == ""


def test_a_value_that_the_reader_may_not_see_is_no_word_of_theirs(quarters, company, admin):
    rule(company, lambda seller: seller.grants.update({"people": {"view": "own"}}))
    charlie = Context(company.actor("charlie"), Reader.of(company.workspace))
    assert understand("people in Olaya", charlie) is None
    viewer = Context(company.actor("viewer"), Reader.of(company.workspace))
    assert understand("people in Olaya", viewer).state.conditions[0].field == quarters.quarter
    with scope(company.workspace):
        role = Role.objects.get(code="viewer")
        set_field_access(role, registry["people"], quarters.quarter, "hidden", by=admin)
    company.workspace.refresh_from_db()
    viewer = Context(company.actor("viewer"), Reader.of(company.workspace))
    found = understand("people in Olaya", viewer)
    assert found is None or quarters.quarter not in {each.field for each in found.state.conditions}


def test_a_value_behind_a_link_and_one_of_both_parts_of_a_mixed_noun_are_found(
    quarters, company, admin, client
):
    agent = add_field("opportunities", "الوسيط", label_en="Agent", kind="link", to="people", by=admin).key
    firms = add_field("organizations", "المنطقة", label_en="District", kind="text", by=admin).key
    company.workspace.refresh_from_db()
    actions.create(registry["organizations"], {"name": "Palm", firms: "العليا"}, by=admin)
    context = Context(admin, Reader.of(company.workspace))
    saad = registry["people"].rows().get(name="Saad")
    actions.create(registry["opportunities"], {"name": "Deal", agent: str(saad.id)}, by=admin)
    deals = understand("open deals in Olaya", context)
    assert f"{agent}~{quarters.quarter}:is:Olaya" in map(str, deals.state.conditions)
    both = readings("عملاء العليا", context)
    assert [each.entity.slug for each in both] == ["people", "organizations"]
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    page = client.get("/w/rayyan/palette", {"q": "عملاء العليا"}).content.decode()
    assert f"{quarters.quarter}%3Ais%3A" in page and f"{firms}%3Ais%3A" in page


def test_looking_for_own_values_asks_one_question_and_one_for_each_that_is_found(quarters, company, admin):
    context = Context(admin, Reader.of(company.workspace))
    understand("people in nowhere special", context)
    with at_most(12):
        understand("people in Olaya on Main", context)
