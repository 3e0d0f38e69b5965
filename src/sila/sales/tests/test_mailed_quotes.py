"""A quote by mail: to whom, in which language, once."""

import re

import pytest
from django.core import mail as mails
from django.test import Client

from sila.platform.access.reader import Reader
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.quotes.actions import accept, send, set_lines
from sila.sales.quotes.links import close_links
from sila.sales.quotes.mailing import begins, mail


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق", email="office@ofoq.example")


@pytest.fixture
def quote(alice, customer):
    made = add("quotes", alice, name="توريد مكيفات", party=customer.id, language="ar")
    context = Context(alice, Reader.of(alice.workspace))
    set_lines(made, [("new-1", {"name": "مكيف", "price": "100"})], by=alice, context=context)
    made.refresh_from_db()
    return send(made, by=alice)


@pytest.fixture
def sent(workspace):
    """The mails that have left by now."""

    def left():
        while due := [job for tenant, job in jobs.due() if tenant == workspace.pk]:
            for job in due:
                jobs.run(workspace.pk, job)
        return mails.outbox

    return left


def test_the_customer_gets_the_way_to_the_quote_in_its_language(quote, alice, sent):
    mail(quote, by=alice, to="sara@ofoq.example", message="حياكم الله")
    (letter,) = sent()
    assert letter.to == ["sara@ofoq.example"]
    assert quote.number in letter.subject
    assert letter.body.startswith("حياكم الله\n\nللاطلاع")
    assert letter.extra_headers["Reply-To"] == alice.member.email
    path = re.search(r"/quote/\S+", letter.body)[0]
    assert Client().get(path).status_code == 200
    assert Event.objects.get(kind="quote_mailed").payload["text"] == "sara@ofoq.example"


def test_an_english_quote_is_told_in_english(quote, alice, sent):
    records.update(registry["quotes"], quote.id, {"language": "en"}, by=alice)
    quote.refresh_from_db()
    mail(quote, by=alice, to="sara@ofoq.example")
    (letter,) = sent()
    assert letter.subject == f"Quote {quote.number} from Rayyan"
    assert letter.body.startswith("Read it, download it and sign it here, until ")


def test_pressing_twice_sends_one_mail(quote, alice, sent):
    for _press in range(2):
        mail(quote, by=alice, to="sara@ofoq.example", message="x")
    assert len(sent()) == 1
    mail(quote, by=alice, to="sara@ofoq.example", message="y")
    assert len(sent()) == 2


def test_it_begins_with_the_customers_address_and_a_greeting(quote, alice):
    begun = begins(quote, Context(alice, Reader.of(alice.workspace)))
    assert begun["to"] == "office@ofoq.example"
    assert "شركة الأفق" in begun["message"]


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_what_is_no_single_address_is_refused(quote, alice, to):
    with pytest.raises(Invalid) as refused:
        mail(quote, by=alice, to=to)
    assert "to" in refused.value.errors
    assert not Job.objects.filter(name="mail").exists()


def test_a_quote_without_an_open_link_is_not_mailed(quote, alice):
    close_links(quote)
    with pytest.raises(Invalid):
        mail(quote, by=alice, to="sara@ofoq.example")
    accept(quote, by=alice, who="سارة")
    quote.refresh_from_db()
    with pytest.raises(Invalid):
        mail(quote, by=alice, to="sara@ofoq.example")


def test_a_stranger_does_not_find_it(quote, charlie):
    with pytest.raises(NotFound):
        mail(quote, by=charlie, to="sara@ofoq.example")


def test_the_page_of_a_sent_quote_offers_it(quote, browser):
    page = browser("alice").get(f"/w/rayyan/quotes/{quote.id}/").content.decode()
    assert f"/w/rayyan/quotes/{quote.id}/do/mail" in page
    dialog = browser("alice").get(f"/w/rayyan/quotes/{quote.id}/do/mail").content.decode()
    assert "office@ofoq.example" in dialog
