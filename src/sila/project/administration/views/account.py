"""A person's own page, outside of any workspace: name, language, calendar, digits, look."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from sila.platform.access.models import User
from sila.platform.kit.text import clean_text
from sila.project.views import PREFERENCES


@login_required
def page(request: HttpRequest) -> HttpResponse:
    user, errors = request.user, {}
    if request.method == "POST":
        chosen = {
            name: request.POST[name] for name, known in PREFERENCES.items() if request.POST.get(name) in known
        }
        name = clean_text(request.POST.get("name", ""), max_length=None).strip()
        if not name or len(name) > 120:
            errors["name"] = _("Write a name of at most %(most)s characters.") % {"most": 120}
        else:
            return _save(request, {**chosen, "name": name})
    shown = {**{name: getattr(user, name) for name in PREFERENCES}, "name": user.name, **request.POST.dict()}
    shown["language"] = shown["language"] or request.LANGUAGE_CODE
    return render(
        request, "account/profile.html", {"fields": _fields(shown, errors)}, status=422 if errors else 200
    )


def _save(request: HttpRequest, values: dict[str, str]) -> HttpResponse:
    User.objects.filter(pk=request.user.pk).update(**values)
    language = values.get("language", request.LANGUAGE_CODE)
    with override(language):
        messages.success(request, _("Saved."))
    response = redirect("/account")
    response.set_cookie(
        "sila_language", language, max_age=31536000, samesite="Lax", secure=settings.HTTPS, httponly=True
    )
    return response


def _fields(shown: dict[str, Any], errors: dict[str, str]) -> list[dict[str, Any]]:
    as_workspace = ("", _("As the workspace"))
    choices = {
        "language": (_("Language"), (("ar", "العربية"), ("en", "English"))),
        "calendar": (
            _("Calendar"),
            (
                as_workspace,
                ("gregorian", _("Gregorian")),
                ("hijri", _("Hijri")),
                ("both", _("Both calendars")),
            ),
        ),
        "digits": (_("Digits"), (as_workspace, ("latn", "1234"), ("arab", "١٢٣٤"))),
        "theme": (_("Theme"), (("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark")))),
        "density": (_("Density"), (("compact", _("Compact")), ("comfortable", _("Comfortable")))),
    }
    name = {
        "name": "name",
        "id": "f-name",
        "label": _("Name"),
        "kind": "text",
        "value": shown["name"],
        "required": True,
        "error": errors.get("name", ""),
        "attrs": {"maxlength": 120, "autocomplete": "name"},
    }
    return [
        name,
        *(
            {
                "name": key,
                "id": f"f-{key}",
                "label": label,
                "kind": "choice",
                "required": False,
                "value": shown[key],
                "attrs": {},
                "choices": [(value, text, value == shown[key]) for value, text in options],
            }
            for key, (label, options) in choices.items()
        ),
    ]
