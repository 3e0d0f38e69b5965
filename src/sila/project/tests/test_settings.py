"""The workspace's settings: saved with old and new value, refused with a reason, shown at once."""

import re
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sila.platform.access.models import ApiToken
from sila.platform.activity.models import Event
from sila.platform.tenancy.current import scope
from sila.project.administration.colors import brand_css, contrast
from sila.project.administration.pictures import BadPicture, picture_kind
from sila.project.administration.views.settings import zones
from sila.project.tests.test_administration_pages import browser
from tests.people import PASSWORD

BASE = "/w/rayyan/"
HOLIDAYS = ["2026-02-22", "2026-05-01", "2026-09-23"]
GENERAL = {
    "name": "Rayyan",
    "language": "ar",
    "country": "SA",
    "timezone": "Asia/Riyadh",
    "currency": "SAR",
    "tax_rounding": "line",
    "calendar": "both",
    "digits": "latn",
    "week_start": "6",
    "has-weekend": "1",
    "weekend": ["4", "5"],
    "holidays": "",
}


def png(width: int = 8, height: int = 8) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


# ---- general ---------------------------------------------------------------------------------------
def test_settings_are_saved_with_old_and_new_value(company: Any) -> None:
    answer = browser(company, "admin").post(
        f"{BASE}settings/", {**GENERAL, "name": "Nakheel", "holidays": "23-09-2026\n٢٠٢٦-٠٢-٢٢\n١/٥/٢٠٢٦"}
    )
    assert answer.status_code == 302
    company.workspace.refresh_from_db()
    assert (company.workspace.name, company.workspace.holidays) == ("Nakheel", HOLIDAYS)
    with scope(company.workspace):
        changes = Event.objects.get(kind="settings changed").payload["changes"]
    assert {"field": "name", "old": "Rayyan", "new": "Nakheel"} in changes


def test_a_new_country_brings_its_week_unless_one_is_given(company: Any) -> None:
    admin = browser(company, "admin")
    admin.post(
        f"{BASE}settings/", {**GENERAL, "country": "MA", "timezone": "Africa/Casablanca", "currency": "MAD"}
    )
    company.workspace.refresh_from_db()
    assert (company.workspace.week_start, company.workspace.weekend) == (0, [5, 6])
    admin.post(f"{BASE}settings/", {**GENERAL, "country": "EG", "week_start": "2", "weekend": ["1"]})
    company.workspace.refresh_from_db()
    assert (company.workspace.week_start, company.workspace.weekend) == (2, [1])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("country", "XX"),
        ("timezone", "Mars/Base"),
        ("currency", "ABC"),
        ("calendar", "lunar"),
        ("week_start", "9"),
        ("weekend", ["8"]),
        ("holidays", "31/02/2026"),
        ("language", "fr"),
        ("digits", "roman"),
    ],
)
def test_settings_that_make_no_sense_are_refused_and_nothing_changes(
    company: Any, name: str, value: Any
) -> None:
    answer = browser(company, "admin").post(f"{BASE}settings/", {**GENERAL, "name": "Other", name: value})
    assert answer.status_code == 422
    company.workspace.refresh_from_db()
    assert company.workspace.name == "Rayyan"


# ---- logo and colour -------------------------------------------------------------------------------
def test_the_logo_is_kept_by_content_and_served_harmlessly(
    company: Any, elsewhere: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    admin = browser(company, "admin")
    upload = SimpleUploadedFile("شعار.html", png(), "text/html")
    assert admin.post(f"{BASE}settings/brand/", {"color": "#7a4a8c", "logo": upload}).status_code == 302
    answer = browser(company, "alice").get(f"{BASE}logo")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert browser(elsewhere, "dalia").get(f"{BASE}logo").status_code == 404
    css = browser(company, "alice").get(f"{BASE}brand.css")
    assert "#7a4a8c" in css.content.decode()
    assert "brand.css?7a4a8c" in admin.get(f"{BASE}settings/").content.decode()
    assert admin.post(f"{BASE}settings/brand/", {"color": "#7a4a8c", "no_logo": "1"}).status_code == 302
    assert admin.get(f"{BASE}logo").status_code == 404
    assert not list(tmp_path.rglob("*.png"))


@pytest.mark.parametrize(
    ("color", "content"),
    [
        ("red", None),
        ("#12345", None),
        ("#1234567", None),
        ("#11111g", None),
        ("#112233", b"<svg onload=alert(1)>"),
        ("#112233", b"GIF89a"),
        ("#112233", png() + b"x" * 500_000),
        ("#112233", png(9000, 5)),
        ("#112233", b""),
    ],
)
def test_bad_colours_and_pictures_are_refused(company: Any, color: str, content: bytes | None) -> None:
    data = {"color": color} | ({"logo": SimpleUploadedFile("a.png", content)} if content is not None else {})
    answer = browser(company, "admin").post(f"{BASE}settings/brand/", data)
    company.workspace.refresh_from_db()
    if content != b"":  # an empty file field is no file at all
        assert answer.status_code == 422
        assert company.workspace.color == ""
    assert company.workspace.logo == ""


def test_pictures_are_measured_by_their_headers() -> None:
    jpeg = (
        b"\xff\xd8\xff\xe0\x00\x04ab" + b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00" + b"\x00" * 9
    )
    webp = b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\x00" * 8 + b"\x1f\x00\x00" + b"\x0f\x00\x00"
    assert [picture_kind(each) for each in (png(), jpeg, webp)] == ["png", "jpg", "webp"]
    for broken in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFFxxxxWEBP", b"MZ"):
        with pytest.raises(BadPicture):
            picture_kind(broken)


@pytest.mark.parametrize(
    "color", ["#000000", "#ffffff", "#ffff00", "#0b6270", "#ff0000", "#777777", "#00ff88", "#101080"]
)
def test_every_colour_is_mended_until_it_can_be_read(color: str) -> None:
    tokens = dict(
        line.strip().removeprefix("--").rstrip(";").split(": ")
        for line in brand_css(color).splitlines()[1:-1]
    )
    shades = {
        name: value.removeprefix("light-dark(").rstrip(")").split(", ") for name, value in tokens.items()
    }
    for side, surface in ((0, "#ffffff"), (1, "#181a1b")):
        assert contrast(shades["on-accent"][side], shades["accent"][side]) >= 4.5
        assert contrast(shades["accent-ink"][side], shades["accent-soft"][side]) >= 4.5
        assert contrast(shades["accent-ink"][side], surface) >= 4.4


def test_members_and_units_made_with_the_workspace_are_found_by_the_picker(company: Any) -> None:
    admin = browser(company, "admin")
    assert admin.get(f"{BASE}members/pick", {"q": "dmi"}).json()[0]["text"] == "Admin"
    assert admin.get(f"{BASE}units/pick", {"q": "ayy"}).json()[0]["text"] == "Rayyan"


# ---- order, units ----------------------------------------------------------------------------------
def test_stages_are_put_in_order(company: Any) -> None:
    from sila.sales.models import Stage

    admin = browser(company, "admin")
    with scope(company.workspace):
        ids = [str(stage.id) for stage in Stage.objects.order_by("order")]
    turned = [ids[1], ids[0], *ids[2:]]
    assert admin.post(f"{BASE}settings/order/stages", {"id": turned}).status_code == 204
    with scope(company.workspace):
        assert [str(stage.id) for stage in Stage.objects.order_by("order")] == turned
    assert admin.post(f"{BASE}settings/order/people", {"id": turned}).status_code == 404
    assert admin.post(f"{BASE}settings/order/stages", {"id": ["x"]}).status_code == 400
    assert browser(company, "alice").post(f"{BASE}settings/order/stages", {"id": ids}).status_code == 403


# ---- tokens ----------------------------------------------------------------------------------------
def test_a_token_is_shown_once_works_and_is_revoked(company: Any) -> None:
    alice = browser(company, "alice")
    answer = alice.post(
        f"{BASE}settings/tokens/new", {"name": "Shop", "scope": "read", "days": "30"}
    ).content.decode()
    token = answer.split('value="sila_')[1].split('"')[0]
    machine = Client(headers={"authorization": f"Bearer sila_{token}"})
    assert machine.get("/api/v1/people").status_code == 200
    page = alice.get(f"{BASE}settings/tokens/").content.decode()
    assert "Shop" in page
    assert token not in page
    with scope(company.workspace):
        row = ApiToken.objects.get(name="Shop")
    assert browser(company, "bob").post(f"{BASE}settings/tokens/{row.id}/revoke").status_code == 404
    assert alice.post(f"{BASE}settings/tokens/{row.id}/revoke").status_code == 204
    assert machine.get("/api/v1/people").status_code == 401
    with scope(company.workspace):
        assert set(Event.objects.filter(entity="tokens").values_list("kind", flat=True)) == {
            "token made",
            "token revoked",
        }


@pytest.mark.parametrize(
    "data",
    [
        {"name": ""},
        {"name": "x", "scope": "root"},
        {"name": "x", "scope": "read", "days": "0"},
        {"name": "x", "scope": "read", "days": "99999"},
        {"name": "x", "scope": "read", "days": "many"},
    ],
)
def test_tokens_that_make_no_sense_are_refused(company: Any, data: dict[str, str]) -> None:
    assert browser(company, "alice").post(f"{BASE}settings/tokens/new", data).status_code == 422
    with scope(company.workspace):
        assert not ApiToken.objects.exists()


# ---- audit -----------------------------------------------------------------------------------------
def test_sign_ins_stand_in_the_audit_log_of_each_seat(company: Any, elsewhere: Any, settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }  # counts the attempts
    for password in ("wrong wrong wrong", PASSWORD):
        Client().post("/accounts/login/", {"login": "alice@rayyan.example", "password": password})
    with scope(company.workspace):
        kinds = list(
            Event.objects.filter(entity="session", member_id=company.members["alice"].id)
            .order_by("id")
            .values_list("kind", flat=True)
        )
    assert kinds == ["sign-in failed", "signed in"]
    with scope(elsewhere.workspace):
        assert not Event.objects.filter(entity="session").exists()


def test_the_audit_log_is_filtered_and_paged(company: Any) -> None:
    from sila.platform.entities import actions
    from sila.platform.entities.registry import registry

    with scope(company.workspace):
        alice = company.actor("alice")
        for number in range(60):
            actions.create(registry["people"], {"name": f"Person {number:02}"}, by=alice)
    admin = browser(company, "admin")
    page = admin.get(f"{BASE}settings/audit/?entity=people").content.decode()
    assert "Person 59" in page
    assert "Person 05" not in page
    more = re.search(r'hx-get="([^"]*before=[^"]*)"', page)[1].replace("&amp;", "&")
    assert "Person 05" in admin.get(more, headers={"hx-request": "true"}).content.decode()
    bob = company.members["bob"].id
    for query in (f"member={bob}", "kind=trashed", "from=2100-01-01", "to=2001-01-01"):
        assert "Person 59" not in admin.get(f"{BASE}settings/audit/?{query}").content.decode(), query
    for query in ("member=x", "from=never", "before=1", "entity=nothing", "kind=%F0%9F%98%80"):
        assert admin.get(f"{BASE}settings/audit/?{query}").status_code == 200, query


def test_time_zones_have_the_names_of_their_cities_in_arabic():
    arabic, english = (
        {choice.value: str(choice.label) for choice in zones(language)} for language in ("ar", "en")
    )
    assert (arabic["Asia/Riyadh"], english["Asia/Riyadh"]) == ("الرياض · Asia/Riyadh", "Asia/Riyadh")
    assert arabic["America/Argentina/Buenos_Aires"] == "America/Argentina/Buenos Aires"
    assert arabic.keys() == english.keys()
