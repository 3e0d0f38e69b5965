"""What nobody types comes along with a new record from a file: a deal's number, what became of a call, what it was about."""

from typing import Any

import pytest

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import registry
from sila.project.administration.actions.roles import set_field_access, set_reach
from sila.work.actions import log
from sila.work.models import ActivityLink

pytestmark = pytest.mark.django_db
DEAL = "الاسم,الرقم\n"
CALL = "الموضوع,البداية,الحالة,النتيجة,بخصوص\n"


@pytest.fixture
def bring(company: Any, tmp_path: Any) -> Any:
    """Import these lines; what was refused is said."""

    def brought(slug: str, text: str, by: Any = None, **mapping: Any) -> Any:
        path, by = tmp_path / "file.csv", by or company.actor("admin")
        path.write_text(text, "utf-8")
        run = finish(prepare(registry[slug], path, path.name, Mapping(**mapping), by=by), by=by)
        assert not run.error, run.error
        run.reasons = [note.reason for note in run.refusals.all()]
        return run

    return brought


def numbers() -> dict[str, str]:
    return dict(registry["opportunities"].rows().values_list("name", "number"))


def new_deal(name: str, by: Any) -> Any:
    return actions.create(registry["opportunities"], {"name": name}, by=by)


# ---- deals ---------------------------------------------------------------------------------------------
def test_a_deal_keeps_its_number_and_the_next_one_comes_after_it(bring, admin):
    year = new_deal("هنا", admin).number[4:8]
    run = bring("opportunities", f"{DEAL}تبريد,OPP-{year}/0418\nإنارة,D-17\nأخرى,\n")
    assert run.created == 3, run.reasons
    assert numbers() == {
        "هنا": f"OPP-{year}/0001", "تبريد": f"OPP-{year}/0418", "إنارة": "D-17", "أخرى": f"OPP-{year}/0419",
    }  # fmt: skip
    assert new_deal("بعدها", admin).number == f"OPP-{year}/0420"


def test_a_deal_is_known_again_by_its_number_and_keeps_it(bring, admin):
    deal = new_deal("قبل", admin)
    run = bring("opportunities", f"{DEAL}بعد,{deal.number}\n")
    assert (run.created, run.updated) == (0, 1)
    assert numbers() == {"بعد": deal.number}


@pytest.mark.parametrize("gone", [True, False])
def test_a_number_that_is_taken_is_not_given_twice(gone, bring, admin):
    deal = new_deal("قبل", admin)
    if gone:
        actions.trash(registry["opportunities"], deal.id, by=admin)
    run = bring("opportunities", f"{DEAL}مثلها,{deal.number}\n", duplicates="create")
    assert (run.created, run.refused) == (1, 0), run.reasons
    assert numbers()["مثلها"] not in ("", deal.number)


def test_who_may_not_write_a_field_brings_nothing_along_in_it(bring, company, admin):
    set_field_access(Role.objects.get(code="seller"), registry["opportunities"], "number", "hidden", by=admin)
    set_reach(Role.objects.get(code="seller"), registry["opportunities"], "bulk", "all", by=admin)
    run = bring("opportunities", f"{DEAL}تبريد,D-17\n", by=company.actor("alice"))
    assert run.created == 1, run.reasons
    assert numbers()["تبريد"] != "D-17"


# ---- activities -----------------------------------------------------------------------------------------
def test_a_call_says_what_became_of_it_and_what_it_was_about(bring, admin):
    company = actions.create(registry["organizations"], {"name": "نخيل"}, by=admin)
    deal = new_deal("تبريد: المرحلة 2", admin)
    line = 'اتصال أول,2026-01-05 10:00,منجزة,وافق,"شركة: نخيل\nDeal: تبريد: المرحلة 2\nشركة: نخيل"\n'
    run = bring("calls", f"{CALL}{line}اتصال ثان,2026-01-06 10:00,,,\n")
    assert run.created == 2, run.reasons
    first, second = registry["calls"].rows().order_by("starts_at")
    assert (first.status, first.outcome, second.status) == ("done", "وافق", "open")
    links = ActivityLink.objects.filter(activity_id=first.id).values_list("entity", "record_id")
    assert set(links) == {("organizations", company.id), ("opportunities", deal.id)}
    again = bring("calls", f"{CALL}{line}")
    assert (again.created, ActivityLink.objects.count()) == (0, 2)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("نخيل", "لا يبدأ بنوع سجل"),
        ("سفينة: نخيل", "لا يبدأ بنوع سجل"),
        ("مهمة: نخيل", "لا يبدأ بنوع سجل"),
        ("شركة: واحة", "لم يُعثر"),
    ],
)
def test_what_it_is_about_has_to_be_there(said, reason, bring, admin):
    actions.create(registry["organizations"], {"name": "نخيل"}, by=admin)
    run = bring("calls", f"{CALL}اتصال,2026-01-05 10:00,,,{said}\n", missing="refuse")
    assert (run.created, run.refused) == (0, 1)
    assert reason in run.reasons[0]
    assert not ActivityLink.objects.exists()


def test_what_the_reader_may_not_see_is_not_told_in_the_file(company, admin):
    secret = actions.create(registry["opportunities"], {"name": "صفقة سرية"}, by=admin)
    alice = company.actor("alice")
    log(
        "call", {"subject": "اتصال"}, by=admin, about=[("opportunities", secret.id)], owner_id=alice.member_id
    )

    def told(by: Any) -> str:
        context = Context(by, Reader.of(by.workspace))
        return str([*Table.of(registry["calls"], ListState(), context, every_field=True).cells()])

    set_reach(Role.objects.get(code="seller"), registry["calls"], "export", "all", by=admin)
    assert "صفقة سرية" in told(admin)
    assert "صفقة سرية" not in told(company.actor("alice"))
