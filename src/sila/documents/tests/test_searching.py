"""The words inside of files lead to the record that carries them, for whoever may see it; hostile files lead nowhere."""

import io
import zipfile

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sila.documents import extracting
from sila.documents.actions import attach, remove
from sila.documents.extracting import DOCX, PDF, PLAIN, XLSX, words_of
from sila.documents.models import FileText
from sila.documents.searching import READ, read_earlier_everywhere
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions as records
from sila.platform.entities import listing, search
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import registry

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
deals = registry["opportunities"]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def docx(text, *, head="", **more):
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n"))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        document = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{WORD}"><w:body>{paragraphs}</w:body></w:document>'
        archive.writestr("word/document.xml", document)
        for name, content in more.items():
            archive.writestr(f"word/{name}.xml", content)
    return held.getvalue()


def xlsx(*rows):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        for number in (1, 2):
            sheet = book.add_worksheet(f"Sheet {number}")
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, [f"{cell} {number}" for cell in row])
    return held.getvalue()


def pdf(text):
    """The smallest PDF that shows a line."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    )


FILES = {
    "offer.docx": docx("عرض السعر\nThe zeppelin clause"),
    "list.xlsx": xlsx(["zeppelin", "مضخّات"], ["valves", "3.5"]),
    "scan.pdf": pdf("A zeppelin over Jeddah"),
    "notes.txt": "ملاحظات: zeppelin بالعربية".encode(),
}


@pytest.fixture
def deal(alice):
    return records.create(deals, {"name": "توريد"}, by=alice)


def read(deal, name, content, by):
    file = attach("opportunities", deal.id, name, [content], by=by)
    job = Job.objects.get(name=READ, key=str(file.id))
    assert jobs.run(job.tenant_id, job.id)
    return file


def found(query, by):
    return [(hit.id, hit.found_in) for hit in search.find(query, by=by)]


@pytest.mark.parametrize("name", FILES)
def test_a_word_inside_a_file_leads_to_its_record(name, deal, alice):
    assert found("zeppelin", alice) == []
    file = read(deal, name, FILES[name], alice)
    assert found("ZEPPELIN", alice) == [(deal.id, name)]
    remove(file, by=alice)
    assert found("zeppelin", alice) == []
    assert FileText.objects.count() == 0


def test_the_name_is_found_before_the_file_is_read_and_arabic_in_any_spelling(deal, alice):
    attach("opportunities", deal.id, "عقد الصيانة.docx", [FILES["offer.docx"]], by=alice)
    assert found("عقد الصيانه", alice) == [(deal.id, "عقد الصيانة.docx")]
    assert found("السعر", alice) == []


def test_a_record_that_says_it_itself_comes_first_and_once(deal, alice):
    other = records.create(deals, {"name": "Zeppelin"}, by=alice)
    read(deal, "notes.txt", FILES["notes.txt"], alice)
    read(other, "notes.txt", FILES["notes.txt"], alice)
    assert found("zeppelin", alice) == [(other.id, ""), (deal.id, "notes.txt")]


def test_who_may_not_see_the_record_does_not_find_it_by_its_files(deal, alice, company, dalia):
    from sila.platform.access.models import Role
    from sila.platform.tenancy.models import Workspace

    role = Role.objects.get(code="seller")
    role.grants["opportunities"] = {"view": "own", "edit": "own", "create": "all"}
    role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=995)
    read(deal, "notes.txt", FILES["notes.txt"], alice)
    assert found("zeppelin", company.actor("alice")) == [(deal.id, "notes.txt")]
    assert found("zeppelin", company.actor("charlie")) == []


def test_the_palette_says_in_which_file(deal, alice, client, company):
    read(deal, "notes.txt", FILES["notes.txt"], alice)
    client.force_login(company.user("alice"), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/w/rayyan/palette?q=zeppelin").content.decode()
    assert f"/{deal.id}/" in page
    assert "notes.txt" in page


def test_a_long_text_is_found_across_the_seam_of_its_parts_up_to_the_bound(deal, alice):
    text = "x" * 3_980 + " the seam between parts " + "y " * 60_000 + "z" * 100_000 + " beyond"
    read(deal, "long.txt", text.encode(), alice)
    assert found("the seam between parts", alice) == [(deal.id, "long.txt")]
    assert found("beyond", alice) == []


def test_read_twice_it_stands_there_once(deal, alice):
    file = read(deal, "notes.txt", FILES["notes.txt"], alice)
    Job.objects.update(state=Job.State.WAITING)
    job = Job.objects.get(name=READ, key=str(file.id))
    assert jobs.run(job.tenant_id, job.id)
    assert FileText.objects.filter(file_id=file.id).count() == 1


def test_words_that_stand_apart_are_found_together_and_a_word_that_is_missing_finds_nothing(deal, alice):
    read(deal, "notes.txt", b"A zeppelin, some clouds and the harbour of Jeddah.", alice)
    assert found("harbour zeppelin", alice) == [(deal.id, "notes.txt")]
    assert found("zeppelin of jeddah", alice) == [(deal.id, "notes.txt")]
    assert found('harbour "quoted" zeppelin', alice) == found("zeppelin submarine", alice) == []


def test_the_box_of_a_list_finds_what_the_palette_finds_by_files(deal, alice):
    read(deal, "offer.pdf", FILES["scan.pdf"], alice)
    records.create(deals, {"name": "بناء"}, by=alice)
    context = Context(alice, Reader.of(alice.workspace))

    def listed(query):
        return list(listing.matching(deals, ListState(query=query), context).values_list("id", flat=True))

    assert listed("zeppelin") == [deal.id]
    assert listed("submarine") == []
    records.trash(deals, deal.id, by=alice)
    assert listed("zeppelin") == []


def test_the_list_says_in_which_file_it_found_the_words(deal, alice, browser):
    read(deal, "offer <i>.pdf", FILES["scan.pdf"], alice)
    page = browser("alice").get("/w/rayyan/opportunities/?q=zeppelin").content.decode()
    line = page.partition('<small class="s-found">')[2].partition("</small>")[0]
    assert line.replace("\u2068", "").replace("\u2069", "") == "in the file offer &lt;i&gt;.pdf"


def test_files_that_were_stored_before_are_read_once(deal, alice, company):
    file = attach("opportunities", deal.id, "old.txt", [b"a zeppelin of old"], by=alice)
    FileText.objects.all().delete()
    Job.objects.filter(name=READ).delete()
    assert found("old.txt", alice) == []
    read_earlier_everywhere()
    job = Job.objects.get(name=READ, key=str(file.id))
    assert jobs.run(job.tenant_id, job.id)
    read_earlier_everywhere()
    assert found("zeppelin", alice) == [(deal.id, "old.txt")]
    assert (Job.objects.filter(name=READ).count(), FileText.objects.count()) == (1, 1)
    with CaptureQueriesContext(connection) as asked:
        read_earlier_everywhere()
    assert not [query for query in asked if "documents_file" in query["sql"]]


# ---- hostile files -----------------------------------------------------------------------------------
def words(tmp_path, content, kind, **more):
    path = tmp_path / "file"
    path.write_bytes(content)
    return words_of(path, kind, **more)


LAUGHS = '<!DOCTYPE w [<!ENTITY a "zeppelin"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "a zip bomb": (docx("zeppelin", bomb="0" * 50_000_000), DOCX),
    "a bomb as a workbook": (docx("zeppelin", bomb="0" * 50_000_000), XLSX),
    "entities": (docx("&b;", head=LAUGHS), DOCX),
    "no archive": (b"zeppelin", DOCX),
    "half a workbook": (FILES["list.xlsx"][:400], XLSX),
    "half a PDF": (FILES["scan.pdf"][:120], PDF),
    "nothing": (b"", PDF),
    "a picture": (b"\x89PNG\r\n\x1a\n zeppelin", "image/png"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_says_nothing_and_harms_nothing(name, tmp_path):
    content, kind = HOSTILE[name]
    assert "zeppelin" not in words(tmp_path, content, kind)


def test_a_pdf_whose_pages_go_in_circles_comes_to_an_end(tmp_path):
    circle = FILES["scan.pdf"].replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")
    assert words(tmp_path, circle, PDF, seconds=5) == ""


def test_what_takes_too_long_is_given_up(tmp_path, monkeypatch):
    assert words(tmp_path, b"zeppelin", PLAIN, seconds=0) == ""


def test_a_file_that_is_too_large_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(extracting, "LARGEST", 3)
    assert words(tmp_path, b"zeppelin", PLAIN) == ""
