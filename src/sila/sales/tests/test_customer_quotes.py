"""The customer's page: whoever holds the link reads, signs, declines, once; nobody else gets in."""

import hashlib
from datetime import timedelta
from urllib.parse import urlparse
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.test import Client

from sila.documents.models import File
from sila.documents.storage import path_of
from sila.platform.access.reader import Reader
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.sales.quotes.actions import new_version, send, set_lines
from sila.sales.quotes.links import SALT, address_of, current_link, renew_link
from sila.sales.quotes.models import Quote, Signature

pytestmark = pytest.mark.usefixtures("print_fonts")
SIGNED = {
    "answer": "accept",
    "name": "خالد العتيبي",
    "title": "مدير المشتريات",
    "manner": "typed",
    "agreed": "1",
}
DRAWN = SIGNED | {"manner": "drawn", "drawing": "M10 20 L30 40 L50.5 60 "}


def offered(by, name="توريد مكيفات"):
    customer = records.create(registry["organizations"], {"name": f"عميل {name}"}, by=by)
    quote = records.create(registry["quotes"], {"name": name, "party": customer.id}, by=by)
    context = Context(by, Reader.of(by.workspace))
    row = {"name": "مكيف", "price": "1000", "cost": "700"}
    return send(set_lines(quote, [("n", row)], by=by, context=context), by=by)


@pytest.fixture
def quote(alice) -> Quote:
    return offered(alice)


@pytest.fixture
def address(quote) -> str:
    return urlparse(address_of(current_link(quote))).path


@pytest.fixture
def customer() -> Client:
    return Client()


def test_the_customer_reads_it_in_both_languages_and_costs_stay_with_us(customer, address, quote):
    arabic = customer.get(address).content.decode()
    assert 'dir="rtl"' in arabic
    assert "1,150.00" in arabic
    english = customer.get(f"{address}?language=en").content.decode()
    assert 'dir="ltr"' in english
    for page in (arabic, english):
        assert "700.00" not in page
        assert ">30" not in page.split("<h1>")[1].split("</table>")[0]  # the margin
    assert customer.get(f"{address}/pdf").content.startswith(b"%PDF")


def test_opening_is_noted_once_and_not_when_a_colleague_looks(customer, address, quote, browser):
    browser("admin").get(address)
    assert Quote.objects.get().seen_at is None
    customer.head(address)
    assert Quote.objects.get().seen_at is None
    customer.get(address)
    customer.get(address)
    assert Quote.objects.get().seen_at is not None
    assert Event.objects.filter(kind="quote_seen").count() == 1


@pytest.mark.parametrize("answer", [SIGNED, DRAWN])
def test_a_signature_says_who_when_and_from_where_and_what_was_signed(customer, address, quote, answer):
    response = customer.post(address, answer, headers={"User-Agent": "Phone"}, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 302
    signature = Signature.objects.get()
    assert (signature.name, signature.title, signature.address) == (
        "خالد العتيبي",
        "مدير المشتريات",
        "203.0.113.9",
    )
    assert (signature.manner, signature.agent) == (answer["manner"], "Phone")
    file = File.objects.get(record_id=quote.id)
    assert signature.document == file.sha256
    paper = path_of(quote.tenant_id, file.id).read_bytes()
    assert hashlib.sha256(paper).hexdigest() == signature.document
    assert customer.get(f"{address}/pdf").content == paper  # what is printed later is what was signed
    assert Quote.objects.get().status == "accepted"
    assert "خالد العتيبي" in customer.get(address).content.decode()


def test_pressed_twice_it_is_signed_once(customer, address, quote):
    customer.post(address, SIGNED)
    assert customer.post(address, SIGNED | {"name": "غيره تمامًا"}).status_code == 302
    assert Signature.objects.get().name == "خالد العتيبي"
    assert customer.post(address, {"answer": "decline"}).status_code == 422
    assert Quote.objects.get().status == "accepted"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x"},
        {"agreed": ""},
        {"manner": "drawn", "drawing": ""},
        {"manner": "drawn", "drawing": 'M1 1"/><script>alert(1)</script>'},
        {"manner": "drawn", "drawing": "M1 1 L2 2 " * 5000},
    ],
)
def test_half_a_signature_is_no_signature(customer, address, quote, wrong):
    response = customer.post(address, SIGNED | wrong)
    assert response.status_code == 422
    assert "alert(1)" not in response.content.decode().replace("&lt;script&gt;alert(1)", "")
    assert not Signature.objects.exists()
    assert Quote.objects.get().status == "sent"


def test_all_that_is_missing_is_told_at_once_where_it_is_seen(customer, address):
    page = customer.post(f"{address}?language=en", {"answer": "accept", "manner": "drawn"}).content.decode()
    for said in ("Write your full name.", "There is no drawing yet.", "Tick that you accept"):
        assert said in page
    assert 'action="?language=en#answer"' in page
    assert 'id="answer"' in page
    assert customer.post(address, SIGNED).headers["Location"].endswith("#answer")


def test_without_a_wish_it_speaks_the_language_of_the_browser(customer, address, quote, alice):
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert "Accept this quote" in customer.get(address, headers=english).content.decode()
    assert "قبول العرض" in customer.get(address, headers={"Accept-Language": "fr"}).content.decode()
    assert "قبول العرض" in customer.get(f"{address}?language=ar", headers=english).content.decode()
    renew_link(quote, by=alice)
    assert "This link has ended" in customer.get(address, headers=english).content.decode()
    assert "This link leads nowhere" in customer.get(f"{address}x", headers=english).content.decode()


def test_what_a_customer_types_is_shown_as_text(customer, address, quote):
    customer.post(address, SIGNED | {"name": "<img src=x onerror=alert(1)>"})
    assert "<img src=x" not in customer.get(address).content.decode()


def test_declining_keeps_the_reason_and_ends_the_link_for_signing(customer, address, quote):
    assert customer.post(address, {"answer": "decline", "reason": "السعر مرتفع"}).status_code == 302
    assert Quote.objects.get().decline_reason == "السعر مرتفع"
    assert customer.get(address).status_code == 200  # the answer can be read
    assert customer.post(address, SIGNED).status_code == 422
    assert not Signature.objects.exists()


def test_a_link_ends_after_the_last_day_of_the_quote_where_the_company_is(customer, address, quote):
    link = current_link(quote)
    day = quote.valid_until
    assert link.expires_at.astimezone(ZoneInfo("Asia/Riyadh")).date() == day + timedelta(days=1)
    with clock.at(link.expires_at - timedelta(seconds=1)):
        assert customer.get(address).status_code == 200
    with clock.at(link.expires_at):
        assert customer.get(address).status_code == 410
        assert customer.post(address, SIGNED).status_code == 410
        assert customer.get(f"{address}/pdf").status_code == 410
    assert Quote.objects.get().status == "sent"


def test_a_new_link_ends_the_old_one(customer, address, quote, alice, bob):
    with pytest.raises(NotAllowed):
        renew_link(quote, by=bob)
    fresh = urlparse(address_of(renew_link(quote, by=alice))).path
    assert customer.get(address).status_code == 410
    assert customer.get(fresh).status_code == 200


def test_an_older_version_opens_no_more_once_the_newer_one_is_sent(customer, address, quote, alice):
    newer = new_version(quote, by=alice)
    assert customer.get(address).status_code == 200
    send(newer, by=alice)
    assert customer.get(address).status_code == 410
    assert customer.post(address, SIGNED).status_code == 410


def test_a_quote_in_the_trash_opens_to_nobody(customer, address, quote, alice):
    records.trash(registry["quotes"], quote.id, by=alice)
    assert customer.get(address).status_code == 404
    assert customer.post(address, SIGNED).status_code == 404


def test_nobody_gets_in_with_another_address(customer, address, quote, alice, elsewhere):
    other = current_link(offered(alice, "أخرى"))
    with scope(elsewhere.workspace):
        theirs = current_link(offered(elsewhere.actor("admin"), "عندهم"))
    forged = (
        [quote.tenant_id.hex, theirs.id.hex],  # a link of another workspace
        [theirs.tenant_id.hex, other.id.hex],
        [quote.tenant_id.hex, quote.id.hex],  # the quote's own id
        [quote.tenant_id.hex],
        ["nonsense", "nonsense"],
        "x",
    )
    for what in forged:  # even signed, an id of elsewhere leads nowhere
        assert customer.get(f"/quote/{signing.dumps(what, salt=SALT)}").status_code == 404
    for token in (
        address.removeprefix("/quote/")[:-3] + "abc",
        signing.dumps([quote.tenant_id.hex, other.id.hex], salt="another"),
        "x",
    ):
        assert customer.get(f"/quote/{token}").status_code == 404
        assert customer.post(f"/quote/{token}", SIGNED).status_code == 404
    assert not Signature.objects.exists()


def test_the_page_is_kept_by_no_one_and_tells_its_address_to_no_one(customer, address):
    headers = customer.get(address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
