"""What the shell around every page shows."""

from typing import Any

from django.http import HttpRequest

from sila.project.shell import shell_of


def shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    return {"shell": shell_of(request, actor) if actor else None}
