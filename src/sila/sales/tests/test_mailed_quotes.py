"""Quotes, orders and invoices by mail: to whom, in which language, once, with which file."""

import re
from email import message_from_string
from email.utils import collapse_rfc2231_value

import pytest
from django.core import mail as mails
from django.test import Client

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.access.rules import compile_anew
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.invoices import paper as invoice_paper
from sila.sales.invoices.actions import issue
from sila.sales.invoices.billing import bill_order
from sila.sales.invoices.mailing import mail as mail_invoice
from sila.sales.lines import mailing
from sila.sales.orders import paper as order_paper
from sila.sales.orders.actions import place
from sila.sales.orders.mailing import mail as mail_order
from sila.sales.quotes.actions import accept, send, set_lines
from sila.sales.quotes.links import close_links
from sila.sales.quotes.mailing import begins, mail
from sila.sales.quotes.paper import pdf_of


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


# ---- the file ------------------------------------------------------------------------------------------
def test_the_quote_is_attached_as_its_page_has_it(quote, alice, sent, workspace):
    mail(quote, by=alice, to="sara@ofoq.example")
    (letter,) = sent()
    (file,) = letter.attachments
    assert (file.content, file.mimetype) == (pdf_of(quote, workspace), "application/pdf")
    assert file.filename == f"{quote.number.replace('/', '-')}-توريد مكيفات.pdf"
    source = letter.message().as_bytes().decode()
    assert "filename*0*=utf-8''" in source  # an Arabic name as RFC 2231 has it
    (part,) = message_from_string(source).get_payload()[1:]
    assert collapse_rfc2231_value(part.get_filename()) == file.filename


def test_the_file_stays_in_the_outbox_no_longer_than_the_mail(quote, alice, sent):
    mail(quote, by=alice, to="sara@ofoq.example")
    assert "files" in Job.objects.get(name="mail").payload
    assert len(sent()) == 1
    job = Job.objects.get(name="mail")
    assert ("files" in job.payload, job.payload["to"]) == (False, "sara@ofoq.example")


def test_without_the_tick_the_words_go_alone(quote, alice, sent, browser):
    page = f"/w/rayyan/quotes/{quote.id}/do/mail"
    assert "attach" in browser("alice").get(page).content.decode()
    answer = browser("alice").post(
        page, {"to": "sara@ofoq.example", "message": "x", "version": quote.version}
    )
    assert answer.status_code in (204, 302), answer.content
    (letter,) = sent()
    assert letter.attachments == []


def test_a_file_that_is_too_large_is_refused_and_nothing_leaves(quote, alice, sent, monkeypatch):
    monkeypatch.setattr(mailing, "MOST", 1000)
    with pytest.raises(Invalid):
        mail(quote, by=alice, to="sara@ofoq.example")
    assert sent() == []
    mail(quote, by=alice, to="sara@ofoq.example", attach=False)
    assert len(sent()) == 1


def test_whoever_may_not_see_prices_attaches_none(quote, alice, admin, company, sent):
    seller = Role.objects.get(code="seller")
    seller.fields = {"quote-lines": {"price": "hidden"}}
    seller.save()
    compile_anew(seller, {}, admin)
    alice = company.actor("alice")
    assert begins(quote, Context(alice, Reader.of(alice.workspace)))["attach"] is False
    with pytest.raises(NotAllowed):
        mail(quote, by=alice, to="sara@ofoq.example")
    mail(quote, by=alice, to="sara@ofoq.example", attach=False)
    assert len(sent()) == 1


@pytest.fixture
def order(quote, alice):
    accept(quote, by=alice, who="سارة")
    quote.refresh_from_db()
    return place(quote, by=alice)


def test_an_order_and_an_invoice_are_mailed_with_their_papers(order, alice, sent, workspace):
    mail_order(order, by=alice, to="sara@ofoq.example")
    invoice = issue(bill_order(order, by=alice), by=alice)
    mail_invoice(invoice, by=alice, to="sara@ofoq.example", message="حياكم الله")
    about_order, about_invoice = sent()
    assert about_order.subject == f"أمر البيع {order.number} من Rayyan"
    assert about_order.attachments[0].content == order_paper.pdf_of(order, workspace)
    assert invoice.number in about_invoice.subject
    assert about_invoice.body == "حياكم الله\n"
    assert about_invoice.attachments[0].content == invoice_paper.pdf_of(invoice, workspace)
    assert Event.objects.filter(kind__in=("order_mailed", "invoice_mailed")).count() == 2


def test_drafts_of_orders_and_invoices_are_not_mailed(order, alice, sent):
    draft = bill_order(order, by=alice)
    with pytest.raises(Invalid):
        mail_invoice(draft, by=alice, to="sara@ofoq.example")
    fresh = add("orders", alice, name="آخر")
    with pytest.raises(Invalid):
        mail_order(fresh, by=alice, to="sara@ofoq.example")
    assert sent() == []


def test_the_same_order_is_mailed_once_a_day_with_the_same_words(order, alice, sent):
    for _press in range(2):
        mail_order(order, by=alice, to="sara@ofoq.example", message="x")
    assert len(sent()) == 1


def test_the_dialog_of_an_order_greets_in_its_language(order, browser, alice):
    dialog = browser("alice").get(f"/w/rayyan/orders/{order.id}/do/mail").content.decode()
    assert "office@ofoq.example" in dialog
    assert "مرفق تأكيد طلبكم" in dialog


def test_a_stranger_mails_no_order(order, charlie):
    with pytest.raises(NotFound):
        mail_order(order, by=charlie, to="sara@ofoq.example")
