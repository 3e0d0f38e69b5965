"""Address cards and exports by the API: what leaves, for whom, and that it comes back as it was."""

import csv
import io
import re
from typing import Any

import orjson
import pytest
import vobject
from django.test import Client

from sila.parties.actions import add_contact_point
from sila.platform.access.links import make_token
from sila.platform.activity.models import Event
from sila.platform.entities import actions
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.registry import registry
from sila.platform.kit import card_writing
from sila.platform.kit.card_writing import Line
from sila.platform.tenancy.current import scope
from tests.test_export import browser, change_seller

pytestmark = pytest.mark.django_db
PEOPLE, COMPANIES = registry["people"], registry["organizations"]
ABOUT = "سطر أول؛ وثانٍ, بفاصلة\nوسطر; آخر \\ " + "كلام طويل جدًا " * 12
WHOLE = {
    "name": "د. سعاد محمد علي الحمود",
    "honorific": "د.",
    "given": "سعاد",
    "father": "محمد",
    "family": "الحمود",
    "job_title": "مديرة; المشتريات",
    "phone": "0501234567",
    "email": "suad@example.com",
    "street": "شارع العليا",
    "district": "الملز",
    "city": "الرياض",
    "country": "السعودية",
    "birth_date": "1985-04-12",
    "about": ABOUT,
}


@pytest.fixture(autouse=True)
def sellers_may_export(company: Any) -> None:
    slugs = ("people", "organizations", "opportunities")
    change_seller(company, grants={slug: {"export": "team"} for slug in slugs})


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


@pytest.fixture
def suad(alice: Any) -> Any:
    company = actions.create(COMPANIES, {"name": "شركة الرواد, المحدودة", "phone": "0112345678"}, by=alice)
    actions.create(PEOPLE, {"name": "Ahmed Raza"}, by=alice)
    person = actions.create(PEOPLE, WHOLE | {"organization": str(company.id)}, by=alice)
    add_contact_point(person, by=alice, kind="phone", value="0557654321", label="جوال العمل")
    add_contact_point(person, by=alice, kind="email", value="home@example.com", label="منزل")
    add_contact_point(person, by=alice, kind="fax", value="0112223334")
    return person


# ---- the card ----------------------------------------------------------------------------------------
def test_a_card_holds_all_that_is_known_and_any_reader_understands_it(suad: Any, company: Any) -> None:
    content = body(browser(company, "alice").get(f"/w/rayyan/people/export?format=vcf&id={suad.id}"))
    card = vobject.readOne(content.decode())
    assert (card.version.value, card.fn.value) == ("3.0", WHOLE["name"])
    assert (card.n.value.family, card.n.value.given, card.n.value.prefix) == ("الحمود", "سعاد", "د.")
    assert card.org.value == ["شركة الرواد, المحدودة"]
    assert card.title.value == WHOLE["job_title"]
    assert card.note.value == ABOUT.strip()
    assert card.bday.value == "1985-04-12"
    assert (card.adr.value.street, card.adr.value.city) == ("شارع العليا", "الرياض")
    phones = {tel.value: set(tel.params["TYPE"]) for tel in card.contents["tel"]}
    assert phones == {
        "+966501234567": {"VOICE", "PREF"},
        "+966557654321": {"CELL", "WORK"},
        "+966112223334": {"FAX"},
    }
    assert [mail.value for mail in card.contents["email"]] == ["suad@example.com", "home@example.com"]
    assert all(len(line) <= card_writing.LINE for line in content.split(b"\r\n"))


def test_lines_are_folded_between_letters_and_nothing_breaks_out_of_its_value() -> None:
    written = card_writing.card(
        [Line("FN", "ش" * 100), Line("N", ("a;b", ("c,d", "e"))), Line("NOTE", "x\r\nEND:VCARD")]
    )
    assert all(line.decode() for line in written.split(b"\r\n") if line)
    assert written.count(b"\r\nEND:VCARD") == 1
    unfolded = re.sub("\r\n ", "", written.decode())
    assert "N:a\\;b;c\\,d,e" in unfolded
    assert "NOTE:x\\nEND:VCARD" in unfolded


def test_cards_come_back_as_the_people_and_companies_they_were(
    suad: Any, company: Any, elsewhere: Any, tmp_path: Any
) -> None:
    path, there = tmp_path / "cards.vcf", elsewhere.actor("admin")
    for noun, created in (("organizations", 1), ("people", 2)):
        path.write_bytes(body(browser(company, "alice").get(f"/w/rayyan/{noun}/export?format=vcf")))
        with scope(elsewhere.workspace):
            run = finish(prepare(registry[noun], path, path.name, Mapping(), by=there), by=there)
            assert (run.created, run.refused, run.error) == (created, 0, ""), list(
                run.refusals.values_list("reason")
            )
    with scope(elsewhere.workspace):
        assert PEOPLE.rows().get(name="Ahmed Raza").given == ""
        back = PEOPLE.rows().get(given="سعاد")
        points = set(back.contact_points.values_list("kind", "norm"))
        assert {name: str(getattr(back, name)) for name in WHOLE} == WHOLE | {
            "phone": "+966501234567",
            "about": ABOUT.strip(),
        }
        assert back.organization.name == "شركة الرواد, المحدودة"
        assert {("phone", "+966557654321"), ("email", "home@example.com")} <= points


def test_what_a_role_hides_is_in_no_card(suad: Any, company: Any) -> None:
    change_seller(company, fields={"people": {"phone": "hidden", "email": "hidden", "about": "hidden"}})
    content = body(browser(company, "alice").get("/w/rayyan/people/export?format=vcf")).decode()
    assert "FN:" in content
    assert not any(name in content for name in ("TEL", "EMAIL", "NOTE"))


def test_only_parties_have_cards(company: Any, alice: Any) -> None:
    client = browser(company, "alice")
    assert client.get("/w/rayyan/opportunities/export?format=vcf").status_code == 404
    assert b"vCard" in client.get("/w/rayyan/people/export").content
    assert b"vCard" not in client.get("/w/rayyan/opportunities/export").content


# ---- what was chosen ---------------------------------------------------------------------------------
def test_what_is_ticked_is_what_is_taken_out(company: Any, alice: Any, charlie: Any) -> None:
    made = [actions.create(PEOPLE, {"name": name}, by=alice) for name in ("Amal", "Badr", "Cyrine")]
    hidden = actions.create(registry["opportunities"], {"name": "Quiet"}, by=charlie)
    client = browser(company, "alice")
    ids = [str(each.id) for each in made[:2]]
    asked = client.post("/w/rayyan/people/export", {"id": ids})
    assert asked.content.count(b'name="id"') == 2
    taken = body(client.post("/w/rayyan/people/export", {"id": ids, "format": "csv"})).decode()
    assert ("Amal" in taken, "Badr" in taken, "Cyrine" in taken) == (True, True, False)
    every = body(client.post("/w/rayyan/people/export", {"id": ids, "whole": "1", "format": "csv"})).decode()
    assert "Cyrine" in every
    change_seller(company, grants={"opportunities": {"view": "own", "export": "own"}})
    answer = client.post("/w/rayyan/opportunities/export", {"id": [str(hidden.id)], "format": "csv"})
    assert b"Quiet" not in body(answer)
    assert client.post("/w/rayyan/people/export", {"id": ["x"], "format": "csv"}).status_code == 400


def test_a_record_offers_its_card(suad: Any, company: Any) -> None:
    page = browser(company, "alice").get(f"/w/rayyan/people/{suad.id}/").content.decode()
    assert f"/w/rayyan/people/export?format=vcf&amp;id={suad.id}" in page
    change_seller(company, grants={"people": {"export": "none"}})
    assert "format=vcf" not in browser(company, "alice").get(f"/w/rayyan/people/{suad.id}/").content.decode()


# ---- the API -----------------------------------------------------------------------------------------
@pytest.fixture
def machine(company: Any) -> Any:
    def of(name: str) -> Client:
        with scope(company.workspace):
            token = make_token(company.members[name], "tests")
        return Client(headers={"Authorization": f"Bearer {token}"})

    return of


def test_the_api_exports_what_its_token_may_see(suad: Any, company: Any, machine: Any, charlie: Any) -> None:
    url = "/api/v1/people/export"
    answer = machine("alice").get(f"{url}?format=csv&f=city:is:الرياض&fields=name,email")
    rows = list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))
    assert rows == [{"Name": WHOLE["name"], "E-mail": WHOLE["email"]}]
    assert answer.headers["RateLimit-Limit"]
    assert orjson.loads(body(machine("alice").get(f"{url}?f=city:is:nowhere"))) == []
    (item,) = orjson.loads(body(machine("alice").get(f"{url}?q=الحمود")))
    assert (item["id"], item["phone"]) == (str(suad.id), "+966501234567")
    assert b"BEGIN:VCARD" in body(machine("alice").get(f"{url}?format=vcf&fields=name"))
    assert body(machine("alice").get(f"{url}?format=xlsx")).startswith(b"PK")
    arabic = machine("alice").get(f"{url}?format=csv&fields=name", headers={"Accept-Language": "ar"})
    assert "الاسم" in body(arabic).decode("utf-8-sig")
    with scope(company.workspace):
        event = Event.objects.filter(kind="exported").order_by("id").first()
        assert event is not None
        assert (event.member_id, event.via) == (company.members["alice"].id, "api")
        assert event.payload["conditions"] == ["city:is:الرياض"]


def test_many_ids_are_posted(suad: Any, machine: Any, alice: Any) -> None:
    other = actions.create(PEOPLE, {"name": "Amal"}, by=alice)
    url, client = "/api/v1/people/export", machine("alice")
    asked = {"format": "json", "ids": [str(other.id)], "fields": ["name"]}
    assert orjson.loads(body(client.post(url, asked, content_type="application/json"))) == [
        {"id": str(other.id), "name": "Amal"}
    ]
    for wrong in (
        {"ids": ["x"]},
        {"limit": 3},
        {"format": "exe"},
        {"fields": ["secret"]},
        {"sort": "secret"},
        {"ids": []},  # none of them, and not all
        {"q": "a\x00b"},
        {"f": ["city:is:a\x00b"]},
    ):
        assert client.post(url, wrong, content_type="application/json").status_code == 422, wrong


def test_the_api_refuses_what_the_page_refuses(company: Any, machine: Any, alice: Any) -> None:
    client = machine("alice")
    for query in ("format=exe", "f=secret:is:x", "fields=secret", "sort=secret"):
        assert client.get(f"/api/v1/people/export?{query}").status_code == 422
    assert client.get("/api/v1/opportunities/export?format=vcf").status_code == 422
    assert client.post("/api/v1/people", {}, content_type="application/json").status_code == 422
    change_seller(
        company, grants={"people": {"export": "none"}}, fields={"opportunities": {"amount": "hidden"}}
    )
    assert client.get("/api/v1/people/export").status_code == 403
    assert client.get("/api/v1/opportunities/export?fields=amount").status_code == 422
    document = orjson.loads(client.get("/api/v1/openapi.json").content)
    formats = document["paths"]["/api/v1/people/export"]["get"]["parameters"][0]["schema"]["enum"]
    assert formats == ["csv", "xlsx", "json", "vcf"]


def test_an_export_asks_no_more_for_each_row(
    company: Any, machine: Any, alice: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        actions.create(PEOPLE, {"name": f"P{number}", "phone": f"05012345{number:02}"}, by=alice)
    client = machine("alice")
    with django_assert_max_num_queries(40):
        content = body(client.get("/api/v1/people/export?format=vcf"))
    assert content.count(b"TEL") == 30
