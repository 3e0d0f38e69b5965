"""Conditions as a control of a form: chips with hidden values, and the popover of the list's filters that adds one."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import through
from sila.platform.entities.conditions import asked, read
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.kinds.conditions import MOST
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import entity_view, fragment, toast
from sila.platform.entities.views.filters import applied, builder, chip

NAME = re.compile(r"[a-z_]{1,40}")


def widget(noun: str, name: str, control: str, texts: Sequence[str], context: Context) -> dict[str, Any]:
    """What ui/fields/conditions.html shows. `control`: the id of the control."""
    entity = registry[noun]
    base, shown = entity.url(context.reader.slug), {"name": name, "control": control}
    fields, kept, chips = entity.readable(context.actor), read(texts), []
    for number, text in enumerate(texts):
        f = through.field_for(fields, kept[number].field, context.actor)
        rest = [*texts[:number], *texts[number + 1 :]]
        url = f"{base}conditions?{_query(rest, shown)}"
        chips.append(chip(f, kept, number, context) | {"text": text, "remove_url": url})
    return {
        "name": name,
        "control": control,
        "label": _("Conditions"),
        "chips": chips,
        "builder_url": f"{base}conditions/build?{_query(texts, shown)}" if len(texts) < MOST else "",
    }


def _query(texts: Sequence[str], shown: dict[str, str]) -> str:
    return urlencode([*(("f", text) for text in texts), *shown.items()])


@require_GET
@entity_view
def build(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """The popover: a field first, then what is asked of it."""
    name, control = _shown(request)
    popover = builder(request, entity, context)
    base = entity.url(context.reader.slug)
    here = f"{base}conditions/build?" + _query(request.GET.getlist("f"), {"name": name, "control": control})
    if "fields" in popover:
        for line in popover["fields"]:
            line["url"] = f"{here}&{urlencode({'field': line['name']})}"
    else:
        popover |= {
            "operator_url": f"{here}&{urlencode({'field': popover['field']['name']})}",
            "apply_url": f"{base}conditions",
        }
        popover["state"] += [("name", name), ("control", control)]
    return fragment(request, "entities/_conditions_builder.html", {"builder": popover, "control": control})


@require_GET
@entity_view
def conditions(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """The control anew, with one condition more or less. What cannot be asked is said, and nothing changes."""
    name, control = _shown(request)
    state = ListState.read(request.GET)
    warning = ""
    if request.GET.get("operator"):
        more = applied(request.GET)
        try:
            asked(entity.slug, [str(condition) for condition in more.conditions])
            state = more
        except Invalid as error:
            warning = "; ".join(error.errors.values())
    texts = [str(condition) for condition in state.conditions]
    shown = {"conditions": widget(entity.slug, name, control, texts, context)}
    response = fragment(request, "entities/_conditions.html", {"field": shown})
    return toast(response, warning, kind="warning") if warning else response


def _shown(request: WorkspaceRequest) -> tuple[str, str]:
    name, control = request.GET.get("name", ""), request.GET.get("control", "")
    if not NAME.fullmatch(name) or not re.fullmatch(r"[a-z_-]{1,60}", control):
        raise NotFound
    return name, control
