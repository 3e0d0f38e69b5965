"""Messages become leads: in any encoding, forwarded by any program, once, and none of what programs send by themselves."""

from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from django.conf import settings
from django.test import Client

from sila.documents.models import File
from sila.platform.access.links import make_token
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.sales.leads.mail import actions as mail_actions
from sila.sales.leads.mail.forwarded import original_in
from sila.sales.leads.mail.reading import read
from sila.sales.leads.models import Lead, LeadMessage
from sila.work.models import Activity

pytestmark = pytest.mark.django_db
ASKS = "نحتاج عرض سعر لعشرين مكتبًا."


def message(text=ASKS, *, subject="طلب عرض سعر", sender="ريم الشهراني <reem@lamsa.example>", **headers):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "sales@rayyan.example", subject
    made["Message-ID"] = headers.pop("message_id", make_msgid())
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


@pytest.fixture
def machine(company, workspace):
    return Client(headers={"Authorization": f"Bearer {make_token(company.members['admin'], 'mail')}"})


def post(machine, raw):
    raw = raw if isinstance(raw, bytes) else raw.as_bytes()
    return machine.post("/api/v1/leads/mail", raw, content_type="message/rfc822")


def captured(machine, raw):
    answer = post(machine, raw)
    assert answer.status_code == 201, answer.content
    return Lead.objects.get(id=answer.json()["id"])


# ---- what a message says ---------------------------------------------------------------------------------
def test_a_message_is_a_lead_of_who_wrote_it(machine, admin, bob):
    records.create(registry["assignment-rules"], {"name": "R", "member": str(bob.member_id)}, by=admin)
    lead = captured(machine, message())
    assert (lead.name, lead.email, lead.origin, lead.language) == (
        "ريم الشهراني", "reem@lamsa.example", "email", "ar"
    )  # fmt: skip
    assert lead.interest == f"طلب عرض سعر\n\n{ASKS}"
    assert lead.owner_id == bob.member_id
    assert Event.objects.get(record_id=lead.id, kind="created").via == "mail"


def test_who_wants_the_answer_is_whom_it_is_about(machine):
    lead = captured(machine, message(sender="Web <form@site.example>", Reply_To="Omar <omar@gulf.example>"))
    assert (lead.name, lead.email) == ("Web", "omar@gulf.example")


@pytest.mark.parametrize("named", ["windows-1256", "utf-8", "us-ascii", "iso-8859-1", "x-nonsense", ""])
def test_arabic_of_old_programs_is_read_whatever_they_call_it(machine, named):
    kind = f"Content-Type: text/plain{f'; charset={named}' if named else ''}\r\n"
    subject = "طلب عرض".encode("cp1256")
    raw = (
        b"From: Reem <reem@lamsa.example>\r\nMessage-ID: <a@b>\r\nSubject: " + subject + b"\r\n"
        + kind.encode() + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + ASKS.encode("cp1256")
    )  # fmt: skip
    lead = captured(machine, raw)
    assert lead.interest == f"طلب عرض\n\n{ASKS}"


def test_a_message_of_html_alone_is_read_as_a_person_sees_it(machine):
    made = message()
    made.clear_content()
    made.set_content(
        "<html><head><style>p{color:red}</style><title>x</title></head><body><p>سطر أول<br>سطر&nbsp;ثانٍ</p>"
        "<script>alert(1)</script><div>ثالث &lt;b&gt;</div></body></html>",
        subtype="html",
    )
    lead = captured(machine, made)
    assert "سطر أول\nسطر ثانٍ" in lead.interest
    assert "ثالث <b>" in lead.interest
    assert "alert" not in lead.interest
    assert "color" not in lead.interest


def test_what_office_programs_write_between_the_lines_is_not_seen(machine):
    page = "<p>Desks<![if !supportLists]> and<![endif]> chairs</p><!--[if mso]>hidden<![endif]-->"
    made = message()
    made.clear_content()
    made.set_content(page, subtype="html")
    assert captured(machine, made).interest.endswith("\n\nDesks and chairs")


def test_attachments_are_files_of_the_lead_within_limits(machine, monkeypatch):
    monkeypatch.setattr(mail_actions, "LARGEST_FILE", 1000)
    made = message()
    made.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="مواصفات.pdf")
    made.add_attachment(b"x" * 2000, maintype="application", subtype="zip", filename="big.zip")
    made.add_attachment(b"boo", maintype="application", subtype="octet-stream", filename="../../etc/passwd")
    lead = captured(machine, made)
    assert set(File.objects.filter(record_id=lead.id).values_list("name", flat=True)) == {
        "مواصفات.pdf",
        "passwd",
    }
    assert "big.zip (2000)" in lead.interest


def test_what_is_not_kept_of_an_answer_or_of_what_hangs_on_a_message_is_said(machine, monkeypatch, settings):
    settings.MAX_UPLOAD_BYTES = 5000
    inner = message("Hello")
    inner.add_attachment(b"x" * 2000, maintype="application", subtype="zip", filename="inner.zip")
    made = message("see below", subject="Fwd: Hello", message_id="<first@rayyan.example>")
    made.add_attachment(inner)
    made.add_attachment(b"boo", maintype="application", subtype="pdf", filename="..")
    monkeypatch.setattr(mail_actions, "LARGEST_FILE", 1000)
    lead = captured(machine, made)
    assert "inner.zip (2000)" in lead.interest
    assert File.objects.get(record_id=lead.id).name == "attachment"
    answer = message("And this", in_reply_to="<first@rayyan.example>")
    answer.add_attachment(b"y" * 1500, maintype="application", subtype="zip", filename="more.zip")
    assert post(machine, answer).status_code == 200
    assert Activity.objects.get(kind="note").body.startswith("And this\n\n")
    assert "more.zip (1500)" in Activity.objects.get(kind="note").body


# ---- forwarded -------------------------------------------------------------------------------------------
FORWARDED = {
    "gmail": "انظروا في هذا\n\n---------- Forwarded message ---------\nFrom: Omar Siddiqui <omar@gulf.example>\n"
    "Date: Thu, Nov 26, 2026 at 10:00 AM\nSubject: Price list\nTo: <info@rayyan.example>\n\n\nPlease send prices.",
    "gmail in Arabic": "---------- رسالة مُعاد توجيهها ---------\n\u200fمن: \u202aOmar Siddiqui\u202c\u200f "
    "<\u202aomar@gulf.example\u202c\u200f>\u200e\n\u200fDate: الخميس، 26 نوفمبر 2026\n\u200fSubject: Price list\n"
    "\u200fTo: <info@rayyan.example>\n\n\nPlease send prices.",
    "outlook": "________________________________\nFrom: Omar Siddiqui <omar@gulf.example>\nSent: Thursday, "
    "November 26, 2026 10:00 AM\nTo: Info\nSubject: Price list\n\nPlease send prices.",
    "outlook in Arabic": "________________________________\nمن: Omar Siddiqui <omar@gulf.example>\n"
    "تم الإرسال: 26 نوفمبر, 2026 10:00 ص\nإلى: Info\nالموضوع: Price list\n\nPlease send prices.",
    "outlook of old": "-----Original Message-----\nFrom: Omar Siddiqui [mailto:omar@gulf.example]\nSent: Thursday\n"
    "To: Info\nSubject: Price list\n\nPlease send prices.",
    "apple": "\nBegin forwarded message:\n\n> From: Omar Siddiqui <omar@gulf.example>\n> Subject: Price list\n"
    "> Date: 26 November 2026\n> To: info@rayyan.example\n>\n> Please send prices.",
    "apple in Arabic": "بدء الرسالة المُعاد توجيهها:\n\nمن: Omar Siddiqui <omar@gulf.example>\n"
    "الموضوع: Price list\nالتاريخ: 26 نوفمبر 2026\nإلى: info@rayyan.example\n\nPlease send prices.",
}  # fmt: skip


@pytest.mark.parametrize("program", FORWARDED)
@pytest.mark.parametrize("subject", ["Fwd: Price list", "إعادة توجيه: Price list", "FW: FW: Price list"])
def test_a_forwarded_message_is_a_lead_of_who_wrote_it_first(machine, program, subject):
    sender = "Noura <noura@rayyan.example>"
    lead = captured(machine, message(FORWARDED[program], subject=subject, sender=sender))
    assert (lead.name, lead.email) == ("Omar Siddiqui", "omar@gulf.example")
    assert lead.interest.startswith("Price list\n\nPlease send prices.")
    assert "omar@gulf.example" not in lead.interest
    if program == "gmail":
        assert lead.interest.endswith("انظروا في هذا")


def test_a_message_that_hangs_on_another_as_a_whole_is_the_one_that_counts(machine):
    outer = message("انظروا", subject="Fwd", sender="Noura <noura@rayyan.example>")
    outer.add_attachment(
        message("Please send prices.", subject="Price list", sender="Omar <omar@gulf.example>")
    )
    lead = captured(machine, outer)
    assert (lead.name, lead.email) == ("Omar", "omar@gulf.example")
    assert "Please send prices." in lead.interest


def test_an_answer_that_quotes_the_head_of_another_is_its_senders_own():
    quoted = "شكرًا\n\nFrom: Noura <noura@rayyan.example>\nSent: Thursday\nTo: Omar\nSubject: Prices\n\nHere."
    assert original_in("RE: Prices", quoted) is None
    assert original_in("Hello", "من: نحن\nإلى: أنتم") is None
    assert original_in("Fwd: x", "من القلب: شكرًا") is None


# ---- once ------------------------------------------------------------------------------------------------
def test_the_same_message_twice_is_one_lead(machine):
    made = message()
    first, second = post(machine, made), post(machine, made)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Lead.objects.count() == LeadMessage.objects.count() == 1


def test_an_answer_is_a_note_on_the_lead_and_no_lead_of_its_own(machine):
    first = message(message_id="<one@lamsa.example>")
    lead = captured(machine, first)
    again = message("ومتى التسليم؟", subject="Re: طلب", In_Reply_To="<one@lamsa.example>")
    assert post(machine, again).status_code == 200
    assert post(machine, again).status_code == 200
    assert Lead.objects.get() == lead
    note = Activity.objects.get(kind="note")
    assert note.body == "ومتى التسليم؟"
    assert list(note.links.values_list("entity", "record_id")) == [("leads", lead.id)]


@pytest.mark.parametrize(
    ("why", "headers"),
    [
        ("auto-reply", {"Auto_Submitted": "auto-replied"}),
        ("auto-reply", {"Auto_Submitted": "auto-generated; x=y"}),
        ("auto-reply", {"X_Autoreply": "yes"}),
        ("bulk", {"Precedence": "bulk"}),
        ("bounce", {"Return_Path": "<>"}),
        ("bounce", {"sender": "Mail Delivery <MAILER-DAEMON@mx.example>"}),
        ("loop", {"sender": f"Sila <{settings.DEFAULT_FROM_EMAIL}>"}),
    ],
)
def test_what_programs_send_by_themselves_makes_no_lead(machine, why, headers):
    answer = post(machine, message(**headers))
    assert answer.status_code == 202
    assert answer.json() == {"ignored": why}
    assert not Lead.objects.exists()
    assert captured(machine, message(Auto_Submitted="no")).email == "reem@lamsa.example"


def test_a_report_of_delivery_makes_no_lead(machine):
    raw = b"From: x@y.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\nfailed\n--b--\n"
    assert post(machine, raw).json() == {"ignored": "bounce"}


# ---- broken ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "raw",
    [
        b"hello",
        b"From:\n\n",
        b"From: <>\nSubject: \n\n\n",
        b"From: a@b\nSubject: =?x-nonsense?B?////?=\n\n\x00\xff\xfe",
        b"From: =?utf-8?Q?=00=ED=A0=80?= <a@b.example>\n\nx",
        b"Subject: " + b"x" * 100_000 + b"\nFrom: " + b"n" * 5000 + b" <a@b.example>\n\n" + b"y " * 100_000,
        b"From: <script>alert(1)</script> <a@b.example>\nSubject: <img src=x onerror=y>\n\n<b>",
        b"Content-Type: multipart/mixed; boundary=\"\"\n\nx",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 300,
        b"Content-Type: text/plain; charset=\"utf-7\"\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: a@b.example\nContent-Type: text/plain; charset=undefined\n\n\xff",
        b"From: a@b.example\nContent-Type: text/plain; charset=\"a\0b\"\n\n\xff",
        b"From: =?utf-8?B?a?= <a@b.example>\nSubject: =?utf-8?B?a?=\n\nx",
        b"From: a@b.example\nContent-Type: text/html\n\n<![ x <!bad ]]> <!DOCTYPE [ &#99999999999; <![CDATA[",
        b"From: a@b.example\nContent-Type: application/pdf; name*=undefined''%ff\n\n\xff",
        b"From: a@b.example, c@d.example\nMessage-ID: <\xff>\n\n\xd8",
    ],
)  # fmt: skip
def test_no_message_is_too_broken_to_be_kept(machine, browser, raw):
    lead = captured(machine, raw)
    assert lead.name
    page = browser("admin").get(f"/w/rayyan/leads/{lead.id}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_messages_inside_of_messages_without_end_and_endless_lines_take_no_time(machine):
    nested = b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 3000 + b"x"
    assert post(machine, nested).status_code in (201, 202)
    endless = message(f"Forwarded message\nFrom: {'a' * 500_000}\nx@y.example\n\nHello", subject="Fwd: x")
    assert captured(machine, endless).interest


def test_reading_never_fails_on_cut_messages():
    made = message()
    made.add_attachment(b"x" * 50, maintype="image", subtype="png", filename="a.png")
    raw = made.as_bytes()
    for end in range(0, len(raw), 37):
        read(raw[:end])


# ---- who may ---------------------------------------------------------------------------------------------
def test_only_who_may_add_leads_sends_messages(company, machine):
    viewer = Client(headers={"Authorization": f"Bearer {make_token(company.members['viewer'], 'x')}"})
    reader = make_token(company.members["admin"], "x", scope_name="read")
    assert post(viewer, message()).status_code == 403
    assert post(Client(headers={"Authorization": f"Bearer {reader}"}), message()).status_code == 403
    assert post(Client(), message()).status_code == 401
    assert machine.get("/api/v1/leads/mail").status_code == 405
    assert machine.post("/api/v1/leads/mail", {}, content_type="application/json").status_code == 415
    assert post(machine, b" ").status_code == 400
    assert not Lead.objects.exists()


def test_a_message_that_another_workspace_knows_is_new_here(machine, elsewhere):
    made = message()
    with scope(elsewhere.workspace):
        token = make_token(elsewhere.members["admin"], "x")
    assert post(Client(headers={"Authorization": f"Bearer {token}"}), made).status_code == 201
    assert post(machine, made).status_code == 201
    assert Lead.objects.count() == 1
