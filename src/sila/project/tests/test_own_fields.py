"""A field that the workspace adds works at once and everywhere, whatever its kind."""

import re
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import translation

from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.activity.models import Event
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.models import CustomField
from sila.platform.customfields.record_types import add_type
from sila.platform.entities import actions, own
from sila.platform.entities.kinds import KINDS
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.administration.views.fields import COMPUTED
from sila.project.tests.test_administration_pages import browser
from tests.people import OWN
from tests.samples import new_record

FIELDS = "/w/rayyan/settings/fields/"
PEOPLE = "/w/rayyan/people/"
CHOICES = [("ذهبي", "Gold", "3"), ("فضي", "Silver", "6")]


def lines(*choices: tuple[str, str, str]) -> dict[str, list[str]]:
    """New choices as the form sends them: Arabic, English, colour."""
    parts = ("label", "label_en", "color")
    sent = {f"choices-{part}": [choice[at] for choice in choices] for at, part in enumerate(parts)}
    return {"choices-value": [""] * len(choices), **sent}


@dataclass(frozen=True)
class Sample:
    """Two values of a kind: as typed in a form, as sent by the API, and as found again."""

    typed: Any
    sent: Any
    shown: str
    other: Any
    finds: str  # operator and operand that match the first and not the second
    bad: Any = None
    sorts: bool = True
    searched: str = ""


SAMPLES = {
    "text": Sample("نخيل", "نخيل", "نخيل", "واحة", "contains:نخ", "x" * 1001, searched="نخيل"),
    "longtext": Sample(
        "سطر أول\nثان",
        "سطر أول\nثان",
        "سطر أول",
        "غيره",
        "contains:أول",
        "x" * 20_001,
        sorts=False,
        searched="سطر",
    ),
    "number": Sample("١٢٫٥", 12.5, "12.5", 99, "lt:50", "many"),
    "money": Sample("1500.50", "1500.50", "1,500.50", "99999.00", "lte:2000", "-5"),
    "date": Sample("2026-03-01", "2026-03-01", "2026", "2027-01-01", "lte:2026-12-31", "31/02/2026"),
    "datetime": Sample(
        "2026-03-01T10:30",
        "2026-03-01T10:30:00+03:00",
        "10:30",
        "2027-01-01T00:00:00+03:00",
        "filled:",
        "never",
    ),
    "time": Sample("08:15", "08:15", "08:15", "17:45", "is:08:15", "25:99"),
    "choice": Sample("GOLD", "GOLD", "Gold", "SILVER", "any:GOLD", "bronze"),
    "choices": Sample(["GOLD"], ["GOLD"], "Gold", ["SILVER"], "any:GOLD", ["bronze"], sorts=False),
    "bool": Sample("1", True, "Yes", False, "yes:"),
    "member": Sample("BOB", "BOB", "Bob", "ALICE", "any:BOB", "nobody"),
    "link": Sample(
        "NAKHEEL", "NAKHEEL", "Nakheel", "WAHA", "any:NAKHEEL", "11111111-1111-4111-8111-111111111111"
    ),
    "phone": Sample("0501234567", "0501234567", "50 123 4567", "0559876543", "is:0501234567", "12"),
    "email": Sample(
        "A@nakheel.example",
        "a@nakheel.example",
        "nakheel.example",
        "b@waha.example",
        "contains:nakheel",
        "not-one",
        searched="nakheel",
    ),
    "url": Sample(
        "nakheel.example/a",
        "https://nakheel.example/a",
        "nakheel.example/a",
        "https://waha.example",
        "contains:nakheel",
        "javascript:alert(1)",
    ),
}


@dataclass
class Desk:
    """A workspace with one own field, and the names that stand in the samples."""

    company: Any
    key: str
    kind: str
    names: dict[str, str]

    def real(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.real(each) for each in value]
        if isinstance(value, str):
            for name, real in self.names.items():
                value = value.replace(name, real)
        return value

    @property
    def machine(self) -> Client:
        with scope(self.company.workspace):
            token = make_token(self.company.members["admin"], "test")
        return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    @property
    def person(self) -> Client:
        return browser(self.company, "admin")

    def send(self, method: str, path: str, **values: Any) -> Any:
        machine = self.machine
        headers = {"if-match": machine.get(path).headers["ETag"]} if method == "PATCH" else {}
        return machine.generic(
            method, path, orjson.dumps(values), content_type="application/json", headers=headers
        )


def test_there_is_a_sample_of_every_kind() -> None:
    assert (
        set(SAMPLES)
        == set(CustomField.Kind.values) - set(COMPUTED)
        == set(KINDS) - {"repetition", "conditions", "coordinates"}
    )


@pytest.fixture(params=sorted(SAMPLES))
def desk(request: Any, company: Any) -> Desk:
    """The field is added through the page."""
    kind = request.param
    answer = browser(company, "admin").post(
        f"{FIELDS}new?entity=people",
        {
            "label": "حقلنا",
            "label_en": "Ours",
            "kind": kind,
            "help": "",
            **lines(*CHOICES),
            "to": "organizations" if kind == "link" else "",
        },
    )
    assert answer.status_code == 204, answer.content
    with scope(company.workspace):
        field = CustomField.objects.get(label="حقلنا")
        admin = company.actor("admin")
        companies = {
            name.upper(): str(actions.create(registry["organizations"], {"name": name}, by=admin).id)
            for name in ("Nakheel", "Waha")
        }
        members = {name.upper(): str(company.members[name].id) for name in ("alice", "bob")}
    values = {c["label_en"].upper(): c["value"] for c in field.choices}
    return Desk(company, field.key, kind, {**companies, **members, **values})


def test_the_form_that_changes_it_opens_with_what_it_is(desk: Desk) -> None:
    with scope(desk.company.workspace):
        field = CustomField.objects.get(key=desk.key)
    shown = desk.person.get(f"{FIELDS}{field.id}/")
    assert shown.status_code == 200
    assert 'value="حقلنا"' in shown.content.decode()
    assert ("choices-label" in shown.content.decode()) == (desk.kind in ("choice", "choices"))


def test_it_works_in_form_list_filter_sort_page_inline_api_search_and_audit(desk: Desk) -> None:
    sample, key, person = SAMPLES[desk.kind], desk.key, desk.person
    # form
    assert f'name="{key}"' in person.get(PEOPLE + "new").content.decode()
    answer = person.post(PEOPLE + "new", {"name": "First", key: desk.real(sample.typed), f"has-{key}": "1"})
    assert answer.status_code == 302, answer.content
    first = answer.url.rstrip("/").rsplit("/", 1)[1]
    # API: create, read, schema
    made = desk.send("POST", "/api/v1/people", name="Second", **{key: desk.real(sample.other)})
    assert made.status_code == 201, made.content
    assert desk.machine.get(f"/api/v1/people/{first}").json()[key] == stored(desk, sample)
    assert key in str(desk.machine.get("/api/v1/openapi.json").json()["components"])
    # list, filter, sort
    page = person.get(f"{PEOPLE}?cols={key}")
    assert sample.shown in page.content.decode()
    condition = f"{key}:{desk.real(sample.finds)}"
    for door, address in ((person, PEOPLE), (desk.machine, "/api/v1/people")):
        found = door.get(address, {"f": condition}).content.decode()
        assert "First" in found, (address, condition)
        assert ("Second" in found) == (sample.finds == "filled:")
    if sample.sorts:
        for order in (key, "-" + key):
            assert person.get(PEOPLE, {"sort": order}).status_code == 200
    # page and edit in place
    record = person.get(f"{PEOPLE}{first}/").content.decode()
    assert f'id="dd-{key}"' in record
    assert person.get(f"{PEOPLE}{first}/fields/{key}/").status_code == 200
    edited = person.post(
        f"{PEOPLE}{first}/fields/{key}/",
        {key: desk.real(sample.other), f"has-{key}": "1"} if desk.kind != "bool" else {},
    )
    assert edited.status_code == 200, edited.content
    # audit
    with scope(desk.company.workspace):
        event = Event.objects.filter(record_id=first, kind="changed").get()
    assert [change["field"] for change in event.payload["changes"]] == [key]
    assert "Ours" in person.get("/w/rayyan/settings/audit/?kind=changed&entity=people").content.decode()
    # API: change back, search
    assert desk.send("PATCH", f"/api/v1/people/{first}", **{key: desk.real(sample.sent)}).status_code == 200
    if sample.searched:
        assert (
            "First"
            in person.get(
                "/w/rayyan/palette", {"q": sample.searched}, headers={"hx-request": "true"}
            ).content.decode()
        )


def stored(desk: Desk, sample: Sample) -> Any:
    if desk.kind == "phone":
        return "+966501234567"
    if desk.kind == "datetime":
        return "2026-03-01T07:30:00+00:00"
    return desk.real(sample.sent)


def test_what_the_kind_cannot_take_is_refused_everywhere_and_changes_nothing(desk: Desk) -> None:
    sample, key = SAMPLES[desk.kind], desk.key
    with scope(desk.company.workspace):
        person = actions.create(registry["people"], {"name": "First"}, by=desk.company.actor("admin"))
    if sample.bad is not None:
        assert (
            desk.person.post(
                f"{PEOPLE}{person.id}/fields/{key}/", {key: sample.bad, f"has-{key}": "1"}
            ).status_code
            == 422
        )
        assert (
            desk.person.post(PEOPLE + "new", {"name": "Bad", key: sample.bad, f"has-{key}": "1"}).status_code
            == 422
        )
    for wrong in ({"a": 1}, [[1]], 10**400):
        assert desk.send(
            "PATCH", f"/api/v1/people/{person.id}", **{key: str(wrong) if wrong == 10**400 else wrong}
        ).status_code in ((200, 422) if desk.kind in ("text", "longtext") else (422,))
    assert desk.person.get(PEOPLE, {"f": f"{key}:nonsense:1"}).status_code in (200, 400)
    with scope(desk.company.workspace):
        assert registry["people"].rows().count() == 1


def test_the_button_that_adds_a_related_record_says_what_it_adds(company: Any) -> None:
    admin = company.actor("admin")
    with scope(company.workspace):
        add_field("tasks", "العقار", kind="link", to=OWN, by=admin)
        estate = actions.create(registry[OWN], {"name": "فيلا"}, by=admin)
        owner = actions.create(registry["people"], {"name": "Reem"}, by=admin)

    def buttons(path: str, language: str) -> str:
        page = browser(company, "admin", language).get(f"/w/rayyan/{path}/").content.decode()
        return re.sub(
            r"<svg.*?</svg>", "", page.split('class="s-row s-wrap s-idle"')[1].split("</div>")[0], flags=re.S
        )

    assert ">إضافة مهمة</button>" in buttons(f"{OWN}/{estate.id}", "ar")
    assert ">Add task</button>" in buttons(f"{OWN}/{estate.id}", "en")
    assert ">إضافة عقار</button>" in buttons(f"people/{owner.id}", "ar")
    with scope(company.workspace):
        add_field(OWN, "الحارس", kind="link", to="people", label_en="Guard", by=admin)
    two = buttons(f"people/{owner.id}", "en")
    assert "Add estate (Estates: Landlord)" in two
    assert "Add estate (Estates: Guard)" in two


# ---- the page of own fields ------------------------------------------------------------------------
@pytest.fixture
def field(company: Any) -> CustomField:
    browser(company, "admin").post(
        f"{FIELDS}new?entity=people", {"label": "فئة", "kind": "choice", **lines(*CHOICES)}
    )
    with scope(company.workspace):
        return CustomField.objects.get(label="فئة")


def test_a_choice_keeps_its_value_whatever_it_is_called_and_wherever_it_stands(
    company: Any, field: CustomField
) -> None:
    gold, silver = (choice["value"] for choice in field.choices)
    changed = lines(("برونزي", "", ""), ("فضية", "Silver", "6"), ("ذهبية", "Gold", "3"))
    changed["choices-value"] = ["", silver, gold]
    answer = browser(company, "admin").post(
        f"{FIELDS}{field.id}/", {"label": "فئة العميل", "label_en": "Tier", "required": "1", **changed}
    )
    assert answer.status_code == 204
    with scope(company.workspace):
        now = CustomField.objects.get(id=field.id)
    assert (now.label, now.required) == ("فئة العميل", True)
    assert [choice["label"] for choice in now.choices] == ["برونزي", "فضية", "ذهبية"]
    assert [choice["value"] for choice in now.choices][1:] == [silver, gold]
    assert now.choices[0]["value"] not in ("", silver, gold)


def test_a_value_that_is_none_of_the_fields_own_makes_a_new_choice(company: Any, field: CustomField) -> None:
    gold = field.choices[0]["value"]
    changed = lines(("ذهبي", "Gold", "3"), ("نسخة", "Copy", ""), ("غريب", "Strange", ""))
    changed["choices-value"] = [gold, gold, "vdeadbeef"]
    browser(company, "admin").post(f"{FIELDS}{field.id}/", {"label": "فئة", **changed})
    with scope(company.workspace):
        values = [choice["value"] for choice in CustomField.objects.get(id=field.id).choices]
    assert values[0] == gold
    assert len({*values, "vdeadbeef"}) == 4


def test_a_refused_form_keeps_the_choices_that_were_typed(company: Any) -> None:
    typed = lines(("ذهبي", "Gold", "3"), ("", "Silver", ""))
    answer = browser(company, "admin").post(
        f"{FIELDS}new?entity=people", {"label": "فئة", "kind": "choice", **typed}
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'value="ذهبي"' in shown
    assert "has no name in Arabic" in shown


def test_saved_to_add_another_the_form_comes_back_empty_with_noun_and_group(company: Any) -> None:
    admin, address = browser(company, "admin"), f"{FIELDS}new?entity=people"
    sent = {"label": "لون", "kind": "text", "group": "مظهر", "group_en": "Looks", "again": "1"}
    answer = admin.post(address, sent)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "sila:refresh" in answer.headers["HX-Trigger"]
    assert "sila:close" not in answer.headers["HX-Trigger"]
    assert 'hx-post="/w/rayyan/settings/fields/new?entity=people"' in shown
    assert 'value="مظهر"' in shown
    assert 'value="Looks"' in shown
    assert 'value="لون"' not in shown
    refused = admin.post(address, sent | {"label": ""})
    assert refused.status_code == 422
    assert 'name="again"' in refused.content.decode()
    assert admin.post(address, sent | {"label": "طول"}).status_code == 200
    with scope(company.workspace):
        added = CustomField.objects.filter(entity="people", group_en="Looks").order_by("id")
        assert [field.label for field in added] == ["لون", "طول"]


def test_the_first_few_fields_are_columns_and_later_ones_by_a_tick_only(company: Any) -> None:
    admin = browser(company, "admin")
    with scope(company.workspace):
        make = {"label": "عقد", "label_en": "Contract", "plural": "عقود", "plural_en": "Contracts"}
        noun = add_type(**make, by=company.actor("admin"))

    def ticked() -> bool:
        form = admin.get(f"{FIELDS}new?entity={noun.slug}").content.decode()
        return (
            " checked"
            in form.split('name="in_list"')[0].rsplit("<input", 1)[1]
            + form.split('name="in_list"')[1].split(">")[0]
        )

    for number in range(5):
        assert ticked()
        admin.post(
            f"{FIELDS}new?entity={noun.slug}", {"label": f"حقل {number}", "kind": "text", "in_list": "1"}
        )
    assert not ticked()
    admin.post(f"{FIELDS}new?entity={noun.slug}", {"label": "سابع", "kind": "text"})
    company.workspace.refresh_from_db()
    with scope(company.workspace):
        assert len(registry[noun.slug].listed) == 6
        assert len(registry[noun.slug].own_fields) == 6


def test_fields_are_hidden_shown_again_and_put_in_order(company: Any, field: CustomField) -> None:
    admin = browser(company, "admin")
    admin.post(f"{FIELDS}new?entity=people", {"label": "ثان", "kind": "text"})
    with scope(company.workspace):
        other = CustomField.objects.get(label="ثان")
    assert (
        admin.post(f"{FIELDS}order?entity=people", {"id": [str(other.id), str(field.id)]}).status_code == 204
    )
    page = admin.get(PEOPLE + "new").content.decode()
    assert page.index(other.key) < page.index(field.key)
    assert admin.post(f"{FIELDS}{field.id}/hide").status_code == 204
    assert field.key not in admin.get(PEOPLE + "new").content.decode()
    assert admin.post(f"{FIELDS}{field.id}/show").status_code == 204
    assert field.key in admin.get(PEOPLE + "new").content.decode()
    assert admin.post(f"{FIELDS}order?entity=opportunities", {"id": [str(other.id)]}).status_code == 400


@pytest.mark.parametrize(
    "data",
    [
        {"label": "", "kind": "text"},
        {"label": "x", "kind": "colour"},
        {"label": "x" * 81, "kind": "text"},
        {"label": "x", "kind": "choice"},
        {"label": "x", "kind": "choice", "choices-label": ["a"]},
        {"label": "x", "kind": "choice", **lines(("a", "b", "9"))},
        {"label": "x", "kind": "choices", **lines((" ", "b", ""))},
        {"label": "x", "kind": "choices", **lines(("a", "", ""), ("a", "c", ""))},
        {"label": "x", "kind": "choices", **lines(("a" * 81, "", ""))},
        {"label": "x", "kind": "link"},
        {"label": "x", "kind": "link", "to": "nothing"},
    ],
)
def test_fields_that_make_no_sense_are_refused(company: Any, data: dict[str, Any]) -> None:
    assert browser(company, "admin").post(f"{FIELDS}new?entity=people", data).status_code == 422
    with scope(company.workspace):
        assert not CustomField.objects.filter(entity="people").exists()


def test_others_neither_add_nor_change_fields(company: Any, elsewhere: Any, field: CustomField) -> None:
    for name in ("alice", "manager"):
        person = browser(company, name)
        assert person.post(f"{FIELDS}new?entity=people", {"label": "x", "kind": "text"}).status_code == 403
        for path in ("", "hide", "show"):
            assert person.post(f"{FIELDS}{field.id}/{path}", {"label": "x"}).status_code == 403
    theirs = browser(elsewhere, "admin")
    assert theirs.post(f"/w/delta/settings/fields/{field.id}/", {"label": "x"}).status_code == 404
    assert theirs.post(f"/w/delta/settings/fields/{field.id}/hide").status_code == 404
    assert (
        browser(company, "admin")
        .post(f"{FIELDS}new?entity=nothing", {"label": "x", "kind": "text"})
        .status_code
        == 404
    )


@pytest.mark.parametrize("first", ["ar", "en"])
def test_an_own_noun_has_one_section_of_its_name_in_either_language(
    first: str, company: Any, admin: Any
) -> None:
    area = next(f.name for f in registry[OWN].own_fields.values() if f.kind.name == "number")
    estate = new_record(registry[OWN], admin, **{area: "120"})
    with translation.override(first):  # the declaration is kept as it was read then
        own._shapes.clear()
        own.shape()
    for language, name in (("ar", "عقار"), ("en", "Estate")):
        user = company.user("admin")
        type(user).objects.filter(pk=user.pk).update(language=language)
        page = browser(company, "admin").get(f"/w/rayyan/{OWN}/{estate.id}/").content.decode()
        assert page.count(f"</svg>{name}</h2></summary>") == 1


def test_a_built_in_field_of_the_same_name_is_told_apart_where_it_is_the_same(company: Any) -> None:
    with scope(company.workspace):
        fields = registry[OWN].fields
    with translation.override("ar"):
        assert str(fields["owner"].label) == "المالك (عضو)"
        assert [str(f.label) for f in fields.values()].count("المالك") == 1
    with translation.override("en"):  # the own one is the landlord there
        assert str(fields["owner"].label) == "Owner"


def test_the_record_types_say_which_roles_see_them(company: Any) -> None:
    client = browser(company, "admin")
    types = "/w/rayyan/settings/record-types/"
    with scope(company.workspace):
        Role.objects.filter(admin=False).update(grants={})
    assert "Administrators alone" in client.get(types).content.decode()

    with scope(company.workspace):
        Role.objects.filter(code="seller").update(grants={OWN: {"view": "own"}})
        seller = Role.objects.get(code="seller").name_en
    page = client.get(types).content.decode()
    assert "Administrators alone" not in page
    assert "Seen by" in page and seller in page


def test_the_document_of_the_api_says_what_choices_of_ones_own_are_called(company: Any, admin: Any) -> None:
    choices = [{"value": "v1a2b3c", "label": "ذهبي", "label_en": "Gold"}]
    desk = Desk(
        company, add_field("people", "الفئة", kind="choice", choices=choices, by=admin).key, "choice", {}
    )
    schemas = desk.machine.get("/api/v1/openapi.json").json()["components"]["schemas"]
    for name in ("people", "people.new", "people.change"):
        assert schemas[name]["properties"][desk.key]["description"] == "v1a2b3c: Gold"
