"""What makes a phone take Sila for a program of its own: the manifest, the service worker, the page without a network."""

from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import seat
from sila.platform.access.models import User
from sila.project import frontend
from sila.project.middleware import LAST
from sila.project.templatetags.sila_ui import asset

LANGUAGES = ("ar", "en")
ICONS = (("mark-192.png", 192, "any"), ("mark-512.png", 512, "any"), ("mark-full-512.png", 512, "maskable"))
NEEDED = ("styles.css", "offline.js", "sprite.svg", "mark.svg")


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


@require_GET
def manifest_file(request: HttpRequest) -> HttpResponse:
    """`language`: that of its words."""
    language = _language(request)
    with translation.override(language):
        said: dict[str, Any] = {
            "id": "/start",
            "name": _("Sila"),
            "short_name": _("Sila"),
            "description": _("Customers, deals and the day, also without a network."),
            "lang": language,
            "dir": "rtl" if language == "ar" else "ltr",
            "start_url": "/start",
            "scope": "/",
            "display": "standalone",
            "theme_color": "#0b6270",
            "background_color": "#f3f3f1",
            "icons": [
                {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                for name, size, purpose in ICONS
            ],
        }
    response = JsonResponse(said, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """At the root, because a worker serves the addresses below its own. Asked for anew each time; a new version has other
    words, and takes over at once."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    return response


@cache
def _worker() -> str:
    built = frontend.manifest()
    fonts = [name for name in built if name.startswith("ibm-plex") and name.endswith(".woff2")]
    files = [*map(asset, [*NEEDED, *fonts])]
    pages = {language: f"/offline?language={language}" for language in LANGUAGES}
    version = sha256(" ".join([built["worker.js"], *files]).encode()).hexdigest()[:12]
    knows = {"version": version, "files": sorted(set(files)), "pages": pages}
    code = (frontend.OUTPUT / built["worker.js"]).read_text()
    return f"self.SILA={orjson.dumps(knows).decode()};\n{code}"


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Nobody’s data: the page reads what the device keeps."""
    language = _language(request)
    with translation.override(language):
        return render(request, "offline.html")


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The day in the workspace in which the person was last."""
    slug = request.COOKIES.get(LAST, "")
    if slug and isinstance(request.user, User) and seat(request.user, slug):
        return redirect(f"/w/{slug}/today")
    return redirect("/")
