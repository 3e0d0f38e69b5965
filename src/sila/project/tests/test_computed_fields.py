"""Formulas and roll-ups through the doors that people use: every face of a field, and the page that makes them."""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from django.test import Client

from sila.platform.access.links import make_token
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.models import CustomField
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.tests.test_administration_pages import browser

FIELDS = "/w/rayyan/settings/fields/"
COMPANIES = "/w/rayyan/organizations/"


@dataclass(frozen=True)
class Sample:
    """A computed field, and what it says of Nakheel (with a deal of 1,500) and of Waha (without any)."""

    typed: dict[str, Any]
    shown: str
    sent: Any
    finds: str  # a condition that Nakheel meets and Waha does not
    kind: str = "formula"
    searched: str = ""
    summed: str = ""  # over both, in the API's summary


SAMPLES = {
    "number": Sample({"text": "length([Name]) + [Headcount]"}, "22", 22, "gt:20", summed="26.0"),
    "money": Sample({"text": "[Headcount] * 100", "money": "1"}, "1,500.00", "1500.00", "gte:1000", summed="1500.00"),
    "text": Sample(
        {"text": 'join("/", upper([Name]), "x")'}, "NAKHEEL/x", "NAKHEEL/x", "contains:nakheel/", searched="nakheel/x",
    ),
    "date": Sample(
        {"text": "if([Headcount] > 1, date(2026, 3, 1), date(2030, 1, 1))"}, "2026", "2026-03-01", "lte:2026-12-31",
    ),
    "bool": Sample({"text": "[Headcount] > 10"}, "Yes", True, "yes:"),
    "count": Sample({"relation": "opportunities|party", "how": "count"}, "1", 1, "gte:1", "rollup", summed="1.0"),
    "sum": Sample(
        {"relation": "opportunities|party", "how": "sum", "field": "amount", "c0-field": "category",
         "c0-operator": "any", "c0-value": ["open"]},
        "1,500.00", "1500.00", "gt:0", "rollup", summed="1500.00",
    ),
}  # fmt: skip


@dataclass
class Desk:
    company: Any
    key: str
    sample: Sample
    nakheel: Any

    @property
    def machine(self) -> Client:
        with scope(self.company.workspace):
            token = make_token(self.company.members["admin"], "test")
        return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    @property
    def person(self) -> Client:
        return browser(self.company, "admin")


def made(company: Any, sample: Sample, **more: str) -> Any:
    typed = {"label": "حسابنا", "label_en": "Ours", **sample.typed, **more}
    return browser(company, "admin").post(f"{FIELDS}{sample.kind}/new?entity=organizations", typed)


def staff(company: Any) -> str:
    """The number of employees is a field of the workspace."""
    by = company.actor("admin")
    return add_field("organizations", "عدد العاملين", label_en="Headcount", kind="number", by=by).key


@pytest.fixture(params=sorted(SAMPLES))
def desk(request: Any, company: Any) -> Desk:
    sample = SAMPLES[request.param]
    with scope(company.workspace):
        employees = staff(company)
        admin = company.actor("admin")
        nakheel = actions.create(registry["organizations"], {"name": "Nakheel", employees: "15"}, by=admin)
        actions.create(registry["organizations"], {"name": "Waha", employees: "0"}, by=admin)
        deal = {"name": "Deal", "party": str(nakheel.id), "amount": "1500"}
        actions.create(registry["opportunities"], deal, by=admin)
    answer = made(company, sample)
    assert answer.status_code == 302, answer.content.decode()
    with scope(company.workspace):
        return Desk(company, CustomField.objects.get(label="حسابنا").key, sample, nakheel)


def test_it_works_in_list_filter_sort_page_board_api_search_and_export(desk: Desk) -> None:
    sample, key, person, machine = desk.sample, desk.key, desk.person, desk.machine
    assert sample.shown in person.get(f"{COMPANIES}?cols={key}").content.decode()
    for door, address in ((person, COMPANIES), (machine, "/api/v1/organizations")):
        found = door.get(address, {"f": f"{key}:{sample.finds}"}).content.decode()
        assert "Nakheel" in found
        assert "Waha" not in found
        for order in (key, f"-{key}"):
            assert door.get(address, {"sort": order}).status_code == 200
    record = person.get(f"{COMPANIES}{desk.nakheel.id}/").content.decode()
    assert f'id="dd-{key}"' in record
    assert sample.shown in record
    assert machine.get(f"/api/v1/organizations/{desk.nakheel.id}").json()[key] == sample.sent
    if sample.summed:
        told = machine.get("/api/v1/organizations/summary", {"sum": key, "by": "lifecycle"}).json()
        assert (told["sum"], told["count"]) == (sample.summed, 2)
        assert sum(float(group["sum"] or 0) for group in told["groups"]) == float(sample.summed)
    if sample.shown == "Yes":
        told = machine.get("/api/v1/organizations/summary", {"by": key}).json()
        assert {(group["label"], group["count"]) for group in told["groups"]} == {("Yes", 1), ("No", 1)}
    exported = person.get(f"{COMPANIES}export", {"format": "csv", "cols": key})
    body = b"".join(exported) if exported.streaming else exported.content
    assert exported.status_code == 200
    assert b"Nakheel" in body
    if sample.searched:
        palette = person.get("/w/rayyan/palette", {"q": sample.searched}, headers={"hx-request": "true"})
        assert "Nakheel" in palette.content.decode()


def test_nobody_writes_it_through_any_door(desk: Desk) -> None:
    key, person, machine = desk.key, desk.person, desk.machine
    path = f"/api/v1/organizations/{desk.nakheel.id}"
    assert f'name="{key}"' not in person.get(f"{COMPANIES}new").content.decode()
    assert f'name="{key}"' not in person.get(f"{COMPANIES}{desk.nakheel.id}/edit").content.decode()
    assert person.post(f"{COMPANIES}{desk.nakheel.id}/fields/{key}/", {key: "7"}).status_code in (
        403,
        404,
        422,
    )
    schema = machine.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert key in str(schema)
    tag = machine.get(path).headers["ETag"]
    answer = machine.patch(
        path, orjson.dumps({key: 7}), content_type="application/json", headers={"if-match": tag}
    )
    assert answer.status_code == 422
    assert machine.get(path).json()[key] == desk.sample.sent
    edit = person.get(f"{COMPANIES}bulk/edit?id={desk.nakheel.id}", headers={"hx-request": "true"})
    assert f'value="{key}"' not in edit.content.decode()


def test_its_page_opens_with_what_it_is_and_keeps_it(desk: Desk) -> None:
    with scope(desk.company.workspace):
        row = CustomField.objects.get(key=desk.key)
    address = f"{FIELDS}{row.kind}/{row.id}/"
    page = desk.person.get(address).content.decode()
    assert 'value="حسابنا"' in page
    if row.kind == "formula":
        assert "[Name]" in page or "[Headcount]" in page
    assert desk.person.get(f"{FIELDS}{row.id}/").url == address
    typed = {"label": "اسم آخر", **desk.sample.typed}
    assert desk.person.post(address, typed).status_code == 302
    with scope(desk.company.workspace):
        after = CustomField.objects.get(id=row.id)
    assert (after.label, after.rule) == ("اسم آخر", row.rule)


def test_what_is_wrong_is_told_while_typing_and_nothing_is_saved(company: Any) -> None:
    admin = browser(company, "admin")
    check = f"{FIELDS}formula/check?entity=organizations"
    said = admin.post(check, {"text": "[Nmae] + 1"}).content.decode()
    assert "<mark>[Nmae]</mark>" in said
    assert "no field" in said
    for text in ("1 / 0 +", "today() + 1", "x" * 3000, "(" * 90, "if(", "«", ""):
        assert admin.post(check, {"text": text}).status_code == 200
        assert (
            admin.post(f"{FIELDS}formula/new?entity=organizations", {"label": "x", "text": text}).status_code
            == 422
        )
    rolled = f"{FIELDS}rollup/new?entity=organizations"
    for wrong in (
        {},
        {"relation": "nothing|here", "how": "count"},
        {"relation": "opportunities|party", "how": "sum", "field": "name"},
        {"relation": "opportunities|party", "how": "median"},
        {
            "relation": "opportunities|party",
            "how": "count",
            "c0-field": "amount",
            "c0-operator": "gt",
            "c0-value": "x",
        },
    ):
        assert admin.post(rolled, {"label": "x", **wrong}).status_code == 422
    with scope(company.workspace):
        assert not CustomField.objects.filter(entity="organizations").exists()


def test_the_result_for_a_record_is_shown_while_typing(company: Any) -> None:
    with scope(company.workspace):
        admin = company.actor("admin")
        first = actions.create(registry["organizations"], {"name": "Nakheel", "city": "Riyadh"}, by=admin)
        actions.create(registry["organizations"], {"name": "Waha", "city": "Abha"}, by=admin)
    check = f"{FIELDS}formula/check?entity=organizations"
    person = browser(company, "admin")
    assert "ABHA" in person.post(check, {"text": "upper([City])"}).content.decode()
    chosen = {"text": "upper([City])", "sample": str(first.id)}
    assert "RIYADH" in person.post(check, chosen).content.decode()
    assert "–" in person.post(check, {"text": "1 / 0"}).content.decode()
    arabic = browser(company, "admin", "ar")
    assert "ABHA" in arabic.post(check, {"text": "أحرف_كبيرة([المدينة])"}).content.decode()


def test_a_field_that_others_are_worked_out_from_is_not_hidden(company: Any) -> None:
    with scope(company.workspace):
        employees = staff(company)
        row = CustomField.objects.get(key=employees)
    made(company, SAMPLES["number"])
    admin = browser(company, "admin")
    answer = admin.post(f"{FIELDS}{row.id}/hide")
    assert answer.status_code == 400
    with scope(company.workspace):
        assert CustomField.objects.get(id=row.id).deleted_at is None
        mine = CustomField.objects.get(label="حسابنا")
    assert admin.post(f"{FIELDS}{mine.id}/hide").status_code == 204
    assert admin.post(f"{FIELDS}{row.id}/hide").status_code == 204


def test_only_administrators_of_the_workspace_write_formulas(company: Any, elsewhere: Any) -> None:
    for path in ("formula/new?entity=organizations", "rollup/new?entity=organizations"):
        assert browser(company, "admin").get(FIELDS + path).status_code == 200
        for name in ("alice", "manager", "viewer"):
            assert browser(company, name).get(FIELDS + path).status_code == 403
            assert browser(company, name).post(FIELDS + path, {"label": "x", "text": "1"}).status_code == 403
        assert browser(elsewhere, "dalia").get(FIELDS + path).status_code == 404
    for path in ("formula/new?entity=parties", "formula/new?entity=none", "colour/new?entity=people"):
        assert browser(company, "admin").get(FIELDS + path).status_code == 404
    with scope(company.workspace):
        assert not CustomField.objects.filter(kind__in=("formula", "rollup")).exists()


def test_the_help_speaks_the_language_of_the_page_down_to_its_examples(company: Any) -> None:
    page = f"{FIELDS}formula/new?entity=organizations"
    english = browser(company, "admin").get(page).content.decode()
    assert "if(1 &lt; 2, &quot;yes&quot;, &quot;no&quot;)" in english
    arabic = browser(company, "admin", "ar").get(page).content.decode()
    assert "إذا(1 &lt; 2, &quot;نعم&quot;, &quot;لا&quot;)" in arabic
    assert 'data-insert=" نعم "' in arabic
    for word in ("نعم", "yes", "true"):
        text = {"text": f'إذا({word}، "كبير"، "صغير")'}
        checked = browser(company, "admin").post(f"{FIELDS}formula/check?entity=organizations", text)
        assert "This gives" in checked.content.decode()


def test_a_roll_up_is_offered_conditions_behind_links_and_keeps_them(company: Any) -> None:
    with scope(company.workspace):
        by = company.actor("admin")
        agent = add_field("opportunities", "الوسيط", label_en="Agent", kind="link", to="people", by=by).key
        admin = browser(company, "admin")
    typed = {
        "label": "صفقات الرياض",
        "relation": "opportunities|party",
        "how": "count",
        "c0-field": f"{agent}~city",
        "c0-operator": "is",
        "c0-value": "Riyadh",
    }
    assert admin.post(f"{FIELDS}rollup/new?entity=organizations", typed).status_code == 302
    with scope(company.workspace):
        row = CustomField.objects.get(label="صفقات الرياض")
    assert row.rule["conditions"] == [f"{agent}~city:is:Riyadh"]
    page = admin.get(f"{FIELDS}rollup/{row.id}/").content.decode()
    assert f'value="{agent}~city" selected' in page
    assert "Agent: City" in page
    assert "~quality" not in page
    assert 'value="quality"' not in page
