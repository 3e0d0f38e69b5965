"""Tags and filters of the interface, built into every template: assets, icons, avatars, isolates."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from sila.platform.access.middleware import seats
from sila.platform.access.reader import Reader
from sila.platform.kit.devices import device_name
from sila.platform.kit.names import hue, initials
from sila.platform.kit.text import joined, markup, unmarked
from sila.platform.tenancy.models import Workspace
from sila.project.frontend import manifest

register = template.Library()

FLIPPED = frozenset(
    {
        "align-left",
        "arrow-back-up",
        "arrow-forward-up",
        "arrow-left",
        "arrow-right",
        "arrow-up-right",
        "chevron-left",
        "chevron-right",
        "chevrons-left",
        "chevrons-right",
        "corner-down-left",
        "external-link",
        "indent-decrease",
        "indent-increase",
        "list",
        "login",
        "logout",
        "send",
    }
)


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built file, given its plain name."""
    return _address(manifest()[name])


@register.simple_tag
def font(language: str) -> str:
    """The font file to load early: the plain weight of the page's script."""
    script = "arabic" if language == "ar" else "latin"
    return asset(f"ibm-plex-sans-arabic-{script}-400-normal.woff2")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One drawing of the sprite. Arrows and the like turn round in right-to-left pages."""
    return _drawing(name, css, asset("sprite.svg"))


@cache
def _address(name: str) -> str:
    return static(f"dist/{name}")


@cache
def _drawing(name: str, css: str, sprite: str) -> SafeString:
    """A page shows some seventy of the same few."""
    flip = " s-flip" if name in FLIPPED else ""
    extra = f" {css}" if css else ""
    return markup(
        '<svg class="s-i{}{}" aria-hidden="true"><use href="{}#{}"></use></svg>', flip, extra, sprite, name
    )


@register.simple_tag(takes_context=True)
def hx(context: template.Context) -> SafeString:
    """The nonce without which htmx ignores an element. Every element with an `hx-` attribute needs it."""
    return markup('hx-nonce="{}"', context.get("csp_nonce", ""))


@register.simple_tag
def once() -> SafeString:
    """The mark by which the server knows a form that is sent twice (entities/once.py)."""
    return markup('<input type="hidden" name="once" value="{}">', uuid4().hex)


@register.simple_tag
def avatar(name: str, css: str = "") -> SafeString:
    """A disc with the initials of a person, or a square one (`s-sq`) for anything else."""
    extra = f" {css}" if css else ""
    return markup('<span class="s-av s-h{}{}" aria-hidden="true">{}</span>', hue(name), extra, initials(name))


@register.filter
def table_cells(cells: Iterable[tuple[str, str]]) -> SafeString:
    """The cells of one row, each a class and its HTML. What is not marked as HTML is escaped."""
    return mark_safe(  # noqa: S308
        "".join(
            [
                f'<td class="{css}">{html if hasattr(html, "__html__") else escape(html)}</td>'
                for css, html in cells
            ]
        )
    )


@register.filter
def iso(value: object) -> SafeString:
    """Isolate a user's value, so that its direction does not disturb the sentence around it."""
    return markup("<bdi>{}</bdi>", value)


@register.filter
def ltr(value: object) -> SafeString:
    """Isolate a value that is always left-to-right: phone, e-mail, code, address of a site."""
    return markup('<bdi dir="ltr">{}</bdi>', value)


@register.filter
def plain_iso(value: object) -> str:
    """Isolate where no markup can stand: titles, options, labels for screen readers."""
    return f"\u2068{value}\u2069"


@register.filter(name="unmarked")
def as_plain_text(value: object) -> str:
    """Markup where only text can stand: a mail without its looks."""
    return unmarked(value)


@register.filter
def device(user_agent: str) -> str:
    """The browser and its system in words."""
    return device_name(user_agent)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, when: datetime | None) -> str:
    """A moment as the person reads it. Outside of a workspace their first one says what they left open."""
    if when is None:
        return ""
    request = context["request"]
    if not hasattr(request, "moments_for"):
        seat = next(iter(seats(request.user)), None)
        request.moments_for = getattr(request, "reader", None) or Reader.of(
            seat.tenant if seat else Workspace(), request.user
        )
    reader = request.moments_for
    return reader.moment(when, calendar=reader.calendar)


@register.simple_tag
def direction() -> str:
    """`rtl` or `ltr`, from the language of the page."""
    return "rtl" if get_language_bidi() else "ltr"


@register.simple_tag
def attributes(values: dict[str, object] | None) -> SafeString:
    """HTML attributes from a dict; True gives a bare attribute, None and False give none."""
    parts = [
        markup(" {}", key) if value is True else markup(' {}="{}"', key, value)
        for key, value in (values or {}).items()
        if value not in (None, False)
    ]
    return joined(parts)


@register.simple_tag
def marks(field: dict[str, Any]) -> SafeString:
    """What every control of a form has: id and name, whether it must be given, what is wrong with it."""
    parts = [markup('id="{}" name="{}"', field["id"], field["name"])]
    if field.get("required"):
        parts.append(markup(" required"))
    if field.get("error"):
        parts.append(markup(' aria-invalid="true" aria-describedby="{}-error"', field["id"]))
    elif field.get("help"):
        parts.append(markup(' aria-describedby="{}-help"', field["id"]))
    return joined([*parts, attributes(field.get("attrs"))])


@register.simple_tag
def options(choices: Iterable[tuple[object, object, object]]) -> SafeString:
    """The options of a select, from (value, label, selected)."""
    return joined(
        markup('<option value="{}"{}>{}</option>', value, markup(" selected") if selected else "", label)
        for value, label, selected in choices or ()
    )


@register.filter
def control(bound: BoundField) -> SafeString:
    """The widget of a Django form's field in our look. Passwords, codes and addresses read left to right."""
    widget = bound.field.widget
    tick = getattr(widget, "input_type", "") == "checkbox"
    look: dict[str, str | bool] = {"class": "form-check-input" if tick else "form-control"}
    if not tick:
        look |= {"dir": "auto" if bound.name == "name" else "ltr", "placeholder": ""}
    return bound.as_widget(attrs=look)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The current address's query with some values changed; None takes one away."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            parameters.pop(key, None)
        else:
            parameters[key] = str(value)
    return f"?{urlencode(sorted(parameters.lists()), doseq=True)}"


@register.filter
def unlocalized(number: object) -> str:
    """A number as HTML attributes want it."""
    return str(number)


@register.filter
def phone_items(nav: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The two places that a phone's bottom bar shows: those marked, then the first of the others."""
    items = [item for group in nav or [] for item in group["items"]]
    return sorted(items, key=lambda item: not item.get("phone"))[:2]


@register.simple_tag(takes_context=True)
def door_help(context: Any, *, inside: bool = False) -> dict[str, Any]:
    """The help of a page outside of a workspace, for shell/_help.html."""
    from sila.project.helping import at_the_door

    return at_the_door(context["request"], inside=inside)
