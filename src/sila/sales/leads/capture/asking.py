"""What a form asks for: fields of leads that a visitor can fill in, in the form's order and words."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Choice, Context, Field, Row
from sila.platform.entities.registry import Detail, registry
from sila.sales.leads.capture.models import LeadForm, LeadFormField

OPEN = ("name", "company_name", "job_title", "phone", "email", "city", "country", "amount", "interest")
KNOWN = frozenset(
    {
        "text",
        "longtext",
        "number",
        "money",
        "date",
        "time",
        "choice",
        "choices",
        "bool",
        "phone",
        "email",
        "url",
    }
)
FIRST = {"name": True, "phone": False, "email": False, "company_name": False, "interest": False}
MOST = 30


@dataclass(frozen=True)
class Question:
    """A field of the form; `label` in the visitor's language."""

    field: Field
    row: LeadFormField

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def required(self) -> bool:
        return self.row.required or self.field.required

    def label(self, language: str) -> str:
        own = self.row.label_en if language == "en" else self.row.label
        return own or self.row.label or self.row.label_en or str(self.field.label)


def askable() -> dict[str, Field]:
    """The fields of leads that a form may ask for, the workspace's own among them."""
    fields = registry["leads"].fields
    own = [f for f in fields.values() if f.custom and f.kind.name in KNOWN and not f.read_only]
    return {name: fields[name] for name in OPEN} | {f.name: f for f in own}


def rows_of(form_id: UUID) -> QuerySet[LeadFormField]:
    """In the form's order."""
    found: QuerySet[LeadFormField] = LeadFormField.objects.filter(form_id=form_id)
    return found.order_by("order", "id")


def questions(form: LeadForm) -> list[Question]:
    """What the form asks now: a field that is hidden or gone is left out."""
    fields = askable()
    found = [Question(fields[row.name], row) for row in rows_of(form.id) if row.name in fields]
    return [replace(each, field=replace(each.field, required=each.required)) for each in found]


def begin(form: LeadForm) -> None:
    """A new form asks for what most ask for."""
    for order, (name, required) in enumerate(FIRST.items(), start=1):
        LeadFormField.objects.create(form_id=form.id, name=name, order=order, required=required)


# ---- the rows of the form's page and of the API ------------------------------------------------------------
def columns() -> tuple[Field, ...]:
    choices = tuple(Choice(f.name, f.label) for f in askable().values())
    return (
        Field("name", KINDS["choice"], gettext_lazy("Field"), required=True, choices=choices),
        Field("required", KINDS["bool"], gettext_lazy("Required")),
        Field("label", KINDS["text"], gettext_lazy("Called"), max_length=120),
        Field("label_en", KINDS["text"], gettext_lazy("Called in English"), max_length=120),
    )


def rows(form: LeadForm, context: Context) -> list[Row]:
    return list(rows_of(form.id).values("id", "name", "required", "label", "label_en"))


@transaction.atomic
def add(
    form: LeadForm, *, by: Actor, name: str, required: bool = False, label: str = "", label_en: str = ""
) -> LeadFormField:
    here = rows_of(form.id)
    if here.filter(name=name).exists():
        raise Invalid({"name": _("The form asks for this already.")})
    if here.count() >= MOST:
        raise Invalid({"": _("A form asks for %(most)s fields at most.") % {"most": MOST}})
    last = here.aggregate(last=Max("order"))["last"] or 0
    row: LeadFormField = LeadFormField.objects.create(
        form_id=form.id, name=name, order=last + 1, required=required, label=label, label_en=label_en
    )
    _tell("question_added", row, by)
    return row


@transaction.atomic
def remove(row: LeadFormField, *, by: Actor) -> None:
    LeadFormField.objects.filter(id=row.id).delete()
    _tell("question_removed", row, by)


def earlier(row: LeadFormField, *, by: Actor) -> None:
    _swap(row, -1, by)


def later(row: LeadFormField, *, by: Actor) -> None:
    _swap(row, 1, by)


@transaction.atomic
def _swap(row: LeadFormField, step: int, by: Actor) -> None:
    here = list(rows_of(row.form_id))
    at = here.index(row)
    if 0 <= at + step < len(here):
        here[at], here[at + step] = here[at + step], here[at]
        for order, each in enumerate(here, start=1):
            each.order = order
        LeadFormField.objects.bulk_update(here, ["order"])
        _tell("questions_ordered", row, by)


def _tell(kind: str, row: LeadFormField, by: Actor) -> None:
    form = LeadForm.objects.get(id=row.form_id)
    f = askable().get(row.name)
    said = {"text": str(f.label) if f else "", "name": row.name}
    log.record(kind, by=by, entity="lead-forms", record_id=form.id, title=form.name, **said)


def called(payload: dict[str, Any]) -> str:
    """The field that an event is about, in the reader's language."""
    f = askable().get(str(payload.get("name")))
    return str(f.label) if f else ""


QUESTIONS = Detail(
    "questions",
    gettext_lazy("Field of the form"),
    LeadFormField,
    columns,
    rows,
    add,
    {"remove": remove, "earlier": earlier, "later": later},
)
VERBS = {
    "question_added": (pgettext_lazy("event of a form", "added a field"), "plus"),
    "question_removed": (pgettext_lazy("event of a form", "took a field out"), "minus"),
    "questions_ordered": (pgettext_lazy("event of a form", "put the fields in order"), "arrows-sort"),
}
