"""A million people in one of several workspaces, written in bulk: what is measured is reading them."""

import time
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.models import CustomField, CustomValue
from sila.platform.entities.index import custom_values, index_many
from sila.platform.entities.registry import registry
from sila.platform.kit.dice import Dice
from sila.platform.kit.folding import fold, latin_key
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project.workspaces import create_workspace

GIVEN = (
    "محمد",
    "أحمد",
    "عبدالله",
    "خالد",
    "فهد",
    "نورة",
    "سارة",
    "ريم",
    "هند",
    "يوسف",
    "إبراهيم",
    "علي",
    "حسن",
    "منى",
    "عبدالرحمن",
    "سلطان",
    "ماجد",
    "لطيفة",
    "جواهر",
    "عمر",
    "Daniel",
    "Elena",
    "James",
    "Anna",
)
FAMILY = (
    "القحطاني",
    "الحربي",
    "الزهراني",
    "الدوسري",
    "العتيبي",
    "الغامدي",
    "الشمري",
    "المطيري",
    "العنزي",
    "الأنصاري",
    "البقمي",
    "الشهري",
    "السبيعي",
    "الرشيدي",
    "Petrova",
    "Carter",
    "Okafor",
    "Nguyen",
)
CITIES = (
    "الرياض",
    "جدة",
    "الدمام",
    "مكة المكرمة",
    "المدينة المنورة",
    "أبها",
    "بريدة",
    "تبوك",
    "حائل",
    "القاهرة",
    "دبي",
    "الكويت",
    "عمّان",
    "Berlin",
)
BATCH = 5000
LARGE = "large"


def load(rows: int, *, beside: int = 2000) -> None:
    """The large workspace and two of `beside` people. Does nothing where it is loaded already."""
    if Workspace.objects.filter(slug=LARGE).exists():
        return
    for slug, count in (("small-a", beside), ("small-b", beside), (LARGE, rows)):
        workspace = create_workspace(slug, slug, owner_email=f"owner@{slug}.example", owner_name="Owner")
        with scope(workspace):
            add_field("people", "درجة الولاء", kind="number", by=Actor.system(workspace), label_en="Loyalty")
            _people(workspace, count)


def _people(workspace: Workspace, count: int) -> None:
    entity, started = registry["people"], time.monotonic()
    owner = Member.objects.get().id
    unit = OrgUnit.objects.get().id
    loyalty = CustomField.objects.get().key
    done = 0
    for batch in _batches(count, owner, unit, loyalty):
        with transaction.atomic():
            Party.objects.bulk_create(batch)
            index_many((entity, person) for person in batch)
            CustomValue.objects.bulk_create(
                value for person in batch for value in custom_values(entity, person)
            )
        done += len(batch)
        if done % 50_000 == 0:
            print(f"  {workspace.slug}: {done:,} people, {time.monotonic() - started:.0f} s", flush=True)


def _batches(count: int, owner: UUID, unit: UUID, loyalty: str) -> Iterator[list[Party]]:
    draw = Dice(7)
    batch = []
    for number in range(count):
        name = f"{draw.choice(GIVEN)} {draw.choice(GIVEN)} {draw.choice(FAMILY)} {number % 9973}"
        batch.append(
            Party(
                kind="person",
                name=name,
                name_fold=fold(name),
                name_key=latin_key(name)[:200],
                owner_id=owner,
                org_unit_id=unit,
                email=f"p{number}@people.example",
                phone=f"+9665{number:08d}"[:13],
                city=draw.choice(CITIES),
                job_title=draw.choice(("مدير", "محاسب", "Engineer", "مندوب")),
                custom={loyalty: draw.randrange(100_000)},
            )
        )
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
