"""What the page of a form shows beside its fields: where it is, what it asks, how it does; and what was sent by one."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import address_of
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import SPOKEN, VERBS
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import comma
from sila.platform.tenancy.current import today
from sila.sales.leads.capture import asking
from sila.sales.leads.capture.addresses import path_of
from sila.sales.leads.capture.models import FormSubmission, LeadForm, LeadFormDay, LeadFormField

Group = dict[str, Any]
DAYS = 30
BESIDE = {"page": "landing_page", "referrer": "referrer", "consent": "consent_text"}  # columns of a lead


def of_form(form: LeadForm, context: Context) -> list[Group]:
    return [_where(form), _asked(form, context), _numbers(form, context)]


def _where(form: LeadForm) -> Group:
    address = settings.ADDRESS + path_of(form)
    snippets = {
        _("Address"): address,
        _("Script for another site"): f'<script src="{address}/embed.js" async></script>',
        _(
            "Frame for another site"
        ): f'<iframe src="{address}?embed=1" title="{_("Form")}" width="100%" height="640"></iframe>',
    }
    items = [
        {
            "title": label,
            "url": text if number == 0 else "",
            "clipboard": {"id": f"copy-{number}", "text": text},
        }
        for number, (label, text) in enumerate(snippets.items())
    ]
    return {"key": "where", "label": _("On web sites"), "icon": "world", "count": "", "items": items}


def _asked(form: LeadForm, context: Context) -> Group:
    base = registry["lead-forms"].url(context.reader.slug, form.id)
    may_edit, fields = context.actor.may("lead-forms", "edit", form), asking.askable()
    rows = list(asking.rows_of(form.id))
    items = [
        {
            "title": fields[row.name].label if row.name in fields else row.name,
            "hint": _hint(row, gone=row.name not in fields),
            "icon": "forms",
            "buttons": _buttons(f"{base}questions/{row.id}/", place, len(rows)) if may_edit else [],
        }
        for place, row in enumerate(rows)
    ]
    return {
        "key": "questions",
        "label": _("What it asks for"),
        "icon": "list-details",
        "count": str(len(rows) or ""),
        "add_url": f"{base}questions/new" if may_edit else "",
        "add_label": _("Add a field"),
        "items": items,
    }


def _hint(row: LeadFormField, *, gone: bool) -> str:
    called = comma().join(filter(None, [row.label, row.label_en]))
    parts = [_("required") if row.required else "", called, _("hidden or gone") if gone else ""]
    return " · ".join(part for part in parts if part)


def _buttons(base: str, place: int, number: int) -> list[dict[str, Any]]:
    buttons = [{"icon": "x", "label": _("Remove"), "url": f"{base}remove", "confirm": ""}]
    if place < number - 1:
        buttons.insert(0, {"icon": "arrow-down", "label": _("Further down"), "url": f"{base}later"})
    if place:
        buttons.insert(0, {"icon": "arrow-up", "label": _("Further up"), "url": f"{base}earlier"})
    return buttons


def _numbers(form: LeadForm, context: Context) -> Group:
    """Of all time, and of the last days."""
    lately = Q(day__gte=today() - timedelta(days=DAYS - 1))
    labels = {"views": _("Times opened"), "sent": _("Times sent"), "leads": _("Leads from it")}
    sums = {f"all_{name}": Sum(name, default=0) for name in labels}
    sums |= {f"late_{name}": Sum(name, filter=lately, default=0) for name in labels}
    sum_of = LeadFormDay.objects.filter(form_id=form.id).aggregate(**sums)
    icons = {"views": "eye", "sent": "send", "leads": "user-search"}

    def number(count: int) -> str:
        return format_number(count, digits=context.reader.digits)

    return {
        "key": "numbers",
        "label": _("How it does"),
        "icon": "chart-bar",
        "count": "",
        "items": [
            {
                "title": label,
                "hint": _("In %(days)s days: %(count)s")
                % {"days": number(DAYS), "count": number(sum_of[f"late_{name}"])},
                "icon": icons[name],
                "value": number(sum_of[f"all_{name}"]),
            }
            for name, label in labels.items()
        ],
    }


def of_submission(held: FormSubmission, context: Context) -> list[Group]:
    """What was written, and from where it came; or the lead that it became. What is hidden of leads is hidden here."""
    leads = registry["leads"]
    if held.lead_id:
        row = leads.visible_to(context.actor).filter(id=held.lead_id).values("name").first()
        if row is None:
            return []
        item = {"title": row["name"], "url": leads.url(context.reader.slug, held.lead_id), "icon": leads.icon}
        return [{"key": "lead", "label": leads.name, "icon": leads.icon, "count": "", "items": [item]}]
    fields, readable = leads.fields, leads.readable(context.actor)
    said = [
        {"title": _plain(value), "hint": fields[name].label if name in fields else name}
        for name, value in held.answers.items()
        if value not in (None, "", [], False) and (name in readable or name not in fields)
    ]
    said += [
        {"title": held.beside[name], "hint": fields[column].label}
        for name, column in BESIDE.items()
        if held.beside.get(name) and column in readable
    ]
    return [{"key": "said", "label": _("What was sent"), "icon": "forms", "count": "", "items": said}]


def _plain(value: Any) -> str:
    return (
        comma().join(map(str, value))
        if isinstance(value, list)
        else _("Yes")
        if value is True
        else str(value)
    )


def link_over_lists(entity: Entity, actor: Any) -> list[dict[str, Any]]:
    """From leads to the forms, and from the forms to what waits for a look."""
    slug = actor.workspace.slug
    if entity.slug == "leads" and actor.can("lead-forms", "view"):
        return [{"label": _("Lead forms"), "url": registry["lead-forms"].url(slug), "icon": "forms"}]
    if entity.slug == "lead-forms" and actor.can("form-submissions", "view"):
        url = address_of(registry["form-submissions"], "held", slug)
        return [{"label": _("Held for review"), "url": url, "icon": "shield-question"}]
    return []


extensions.list_links.append(link_over_lists)
VERBS.update(asking.VERBS)
SPOKEN.update(dict.fromkeys(asking.VERBS, asking.called))
VERBS["released"] = (gettext_lazy("took this as a lead"), "circle-check")
VERBS["rejected"] = (gettext_lazy("rejected this"), "ban")
