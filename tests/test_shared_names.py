"""A link in a file says a name. Where several records have it, the file says which of them is meant."""

import csv
import io
from typing import Any

import pytest
from django.utils import translation

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.administration.actions.roles import set_field_access
from tests.people import Company

pytestmark = pytest.mark.django_db
SARA = "سارة الزهراني"


@pytest.fixture
def two_saras(company: Company, admin: Any) -> list[Any]:
    """Each of them is the contact of a deal."""
    values = {"name": SARA, "phone": "0501234567"}
    saras = [
        actions.create(registry["people"], {**values, "email": email}, by=admin)
        for email in ("sara@nakheel.example", "sara@waha.example")
    ]
    for number, sara in enumerate(saras):
        seat = str(company.members["manager"].id)
        deal = {"owner": seat, "name": f"صفقة {number}", "party": str(sara.id), "contact": str(sara.id)}
        actions.create(registry["opportunities"], deal, by=admin)
    return saras


def contacts(by: Any, path: Any) -> list[str]:
    with scope(by.workspace):
        state = ListState(columns=("name", "contact"), sort="name")
        context = Context(by, Reader.of(by.workspace))
        formats.write(Table.of(registry["opportunities"], state, context, every_field=False), "csv", path)
    _header, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
    return [row[1] for row in rows]


def test_of_two_of_one_name_the_file_says_which_and_comes_back(company, admin, two_saras, tmp_path):
    path = tmp_path / "deals.csv"
    assert contacts(admin, path) == [f"{SARA} <sara@nakheel.example>", f"{SARA} <sara@waha.example>"]
    run = finish(prepare(registry["opportunities"], path, path.name, Mapping(), by=admin), by=admin)
    assert (run.refused, run.created) == (0, 2)
    assert not registry["people"].rows().exclude(id__in=[sara.id for sara in two_saras]).exists()
    assert contacts(admin, path) == [
        f"{SARA} <sara@{at}.example>" for at in ("nakheel", "nakheel", "waha", "waha")
    ]


def test_who_is_alone_with_a_name_is_called_by_it(company, admin, two_saras, tmp_path):
    actions.update(registry["people"], two_saras[1].id, {"name": "سارة العتيبي"}, by=admin)
    assert contacts(admin, tmp_path / "deals.csv") == [SARA, "سارة العتيبي"]


def test_an_address_that_is_closed_to_the_reader_is_not_told(company, admin, two_saras, tmp_path):
    for name in ("email", "phone", "name_latin"):
        role = Role.objects.get(code="manager")
        set_field_access(role, registry["people"], name, "hidden", by=admin)
    assert contacts(company.actor("manager"), tmp_path / "deals.csv") == [SARA, SARA]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (SARA, "اسم لأكثر من سجل"),
        (f"{SARA} <0501234567>", "اسم لأكثر من سجل"),
        (f"{SARA} <nobody@nakheel.example>", "لم يُعثر على"),
        ("سارة العتيبي <sara@waha.example>", "لم يُعثر على"),
    ],
)
def test_what_fits_none_or_several_is_refused_and_nobody_is_added(
    cell, reason, company, admin, two_saras, tmp_path
):
    path = tmp_path / "deals.csv"
    path.write_text(f"الاسم,العميل,جهة الاتصال\nجديدة,{two_saras[0].email},{cell}\n", "utf-8")
    with translation.override("ar"):
        run = finish(prepare(registry["opportunities"], path, path.name, Mapping(), by=admin), by=admin)
    assert (run.created, run.refused) == (0, 1)
    assert reason in run.refusals.get().reason
    assert registry["people"].rows().count() == 2
