"""Files: their rights are the record's, their names survive, their content never runs."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sila.documents.actions import PURGE, attach, find, remove, tidy_name
from sila.documents.models import File
from sila.documents.storage import path_of, sniff
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.registry import registry

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def deal(alice):
    return records.create(registry["opportunities"], {"name": "توريد"}, by=alice)


@pytest.fixture
def contract(deal, alice):
    return attach("opportunities", deal.id, "عقد التوريد ٢٠٢٦.pdf", [b"%PDF-1.7 ", b"content"], by=alice)


def stored(tmp_path: Path):
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_keeps_its_arabic_name_but_not_on_disk(contract, tmp_path):
    assert contract.name == "عقد التوريد ٢٠٢٦.pdf"
    path = path_of(contract.tenant_id, contract.id)
    assert path.read_bytes() == b"%PDF-1.7 content"
    assert stored(tmp_path) == [path]
    assert path.name == contract.id.hex


def test_its_type_is_read_from_the_bytes():
    assert sniff(b"%PDF-1.4", "x.png") == "application/pdf"
    assert sniff(b"<html><script>", "x.html") == "text/plain"
    assert sniff(b"\x00\x01\x02", "x.pdf") == "application/octet-stream"
    assert sniff(b"PK\x03\x04", "جدول.xlsx").endswith("spreadsheetml.sheet")


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\passwd", "a/b/passwd"])
def test_folders_in_a_name_are_not_kept(name):
    assert tidy_name(name) == "passwd"


@pytest.mark.parametrize("name", ["", "..", "x" * 300, "a\x00b"])
def test_an_impossible_name_is_refused(name):
    with pytest.raises(Invalid):
        tidy_name(name)


def test_too_large_and_empty_files_leave_nothing_behind(deal, alice, settings, tmp_path):
    settings.MAX_UPLOAD_BYTES = 10
    for chunks in ([b"123456", b"7890", b"1"], [b""]):
        with pytest.raises(Invalid):
            attach("opportunities", deal.id, "x.bin", chunks, by=alice)
    assert stored(tmp_path) == []
    assert not File.objects.exists()


def test_rights_are_those_of_the_record(contract, deal, bob, charlie):
    assert find(contract.id, by=bob) == contract
    with pytest.raises(NotAllowed):
        remove(contract, by=bob)
    with pytest.raises(NotAllowed):
        attach("opportunities", deal.id, "x", [b"x"], by=bob)
    with pytest.raises(NotFound):
        find(contract.id, by=charlie)


def test_a_file_goes_with_its_record_into_the_trash(contract, deal, alice):
    records.trash(registry["opportunities"], deal.id, by=alice)
    with pytest.raises(NotFound):
        find(contract.id, by=alice)


def test_a_removed_file_is_gone_for_everyone(contract, alice):
    remove(contract, by=alice)
    with pytest.raises(NotFound):
        find(contract.id, by=alice)
    with pytest.raises(NotFound):
        remove(contract, by=alice)


def test_the_bytes_of_a_removed_file_go_after_thirty_days_and_not_before(contract, alice, tmp_path):
    remove(contract, by=alice)
    job = Job.objects.get(name=PURGE)
    assert job.run_at - timezone.now() > timedelta(days=29)
    assert not jobs.run(alice.workspace.pk, job.id)
    assert len(stored(tmp_path)) == 1
    Job.objects.filter(id=job.id).update(run_at=timezone.now())
    assert jobs.run(alice.workspace.pk, job.id)
    assert stored(tmp_path) == []
    assert not File.objects.exists()


def test_a_file_that_came_back_is_not_purged(contract, alice, tmp_path):
    remove(contract, by=alice)
    File.objects.update(deleted_at=None)
    Job.objects.filter(name=PURGE).update(run_at=timezone.now())
    assert jobs.run(alice.workspace.pk, Job.objects.get(name=PURGE).id)
    assert len(stored(tmp_path)) == 1


def test_it_is_served_as_an_attachment_that_cannot_run(contract, company, client):
    client.force_login(company.user("alice"), backend=BACKEND)
    answer = client.get(f"/w/rayyan/file/{contract.id}")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 content"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=")
    assert "%D8%B9%D9%82%D8%AF" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_strangers_do_not_find_it(contract, company, elsewhere, client):
    client.force_login(company.user("charlie"), backend=BACKEND)
    assert client.get(f"/w/rayyan/file/{contract.id}").status_code == 404
    client.force_login(elsewhere.user("dalia"), backend=BACKEND)
    assert client.get(f"/w/rayyan/file/{contract.id}").status_code == 404
    assert client.get(f"/w/delta/file/{contract.id}").status_code == 404


def test_uploading_through_the_page(deal, company, client):
    client.force_login(company.user("alice"), backend=BACKEND)
    url = f"/w/rayyan/files/opportunities/{deal.id}"
    assert (
        client.post(url, {"file": SimpleUploadedFile("مخطط.png", b"\x89PNG\r\n\x1a\n..")}).status_code == 204
    )
    assert "مخطط.png" in client.get(url).content.decode()
    refused = client.post(url, {"file": SimpleUploadedFile("فارغ.txt", b"")})
    assert refused.status_code == 422
    assert refused.headers["X-Refusal"]
    assert client.post(url).status_code == 422


def test_readers_may_not_upload(deal, company, client):
    client.force_login(company.user("bob"), backend=BACKEND)
    answer = client.post(
        f"/w/rayyan/files/opportunities/{deal.id}", {"file": SimpleUploadedFile("x.txt", b"x")}
    )
    assert answer.status_code == 403
    assert not File.objects.exists()
