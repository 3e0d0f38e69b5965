"""What the pages of running a workspace share: who may come in, and small forms in the dialog."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context, Field, parse_all
from sila.platform.entities.views.door import done, fragment, toast
from sila.platform.entities.views.door import workspace_view as member_page  # for every member
from sila.platform.entities.views.fields import form_field, given_values, typed

View = Callable[..., HttpResponse]


def admin_page(view: View) -> View:
    """For administrators; other members are told that they may not."""

    @member_page
    @wraps(view)
    def door(request: HttpRequest, context: Context, **kwargs: Any) -> HttpResponse:
        if not context.actor.is_admin:
            raise NotAllowed
        return view(request, context, **kwargs)

    return door


def controls(
    fields: Sequence[Field],
    start: Mapping[str, Any],
    context: Context,
    errors: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """The fields for ui/field.html, holding what `start` gives or what was typed."""
    blank = {"custom": {}, **{column: None for f in fields for column in f.columns()}}
    row = typed(blank, {f.name: f for f in fields}, start, context)
    return [form_field(f, row, context, error=(errors or {}).get(f.name, "")) for f in fields]


def read_form(request: HttpRequest, fields: Sequence[Field], context: Context) -> dict[str, Any]:
    """What was typed, parsed. Raises Invalid."""
    by_name = {f.name: f for f in fields}
    return parse_all(by_name, given_values(request.POST, by_name), context)


def dialog(
    request: HttpRequest,
    context: Context,
    *,
    title: Any,
    fields: Sequence[Field],
    submit: Any,
    save: Callable[[dict[str, Any]], HttpResponse | None],
    start: Mapping[str, Any] | None = None,
    said: str = "",
    again: Callable[[], Mapping[str, Any]] | None = None,
) -> HttpResponse:
    """One small form in the dialog: show, check, do, answer. With `again` it can be saved and filled in anew at once;
    then it begins with what `again` gives."""
    errors: dict[str, str] = {}
    shown = start or {}
    if request.method == "POST":
        try:
            answer = save(read_form(request, fields, context)) or done(said)
        except Invalid as error:
            errors = error.errors
            shown = given_values(request.POST, {f.name: f for f in fields})
        else:
            if again is None or "again" not in request.POST:
                return answer
            shown = again()
    response = _form(request, context, title, fields, submit, shown, errors, again=again is not None)
    if request.method == "POST" and not errors:  # typed texts would survive a morph
        response.headers["HX-Reswap"] = "innerHTML"
        return toast(response, said or _("Saved."), **{"sila:refresh": {}})
    return response


def _form(
    request: HttpRequest,
    context: Context,
    title: Any,
    fields: Sequence[Field],
    submit: Any,
    shown: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    again: bool,
) -> HttpResponse:
    form = {
        "title": title,
        "action": request.get_full_path(),
        "values": [],
        "submit": submit,
        "again": _("Save and add another") if again else "",
        "errors": [text for name, text in errors.items() if name not in {f.name for f in fields}],
        "fields": controls(fields, shown, context, errors),
    }
    return fragment(
        request, "entities/_stage_dialog.html", {"stage_form": form}, status=422 if errors else 200
    )
