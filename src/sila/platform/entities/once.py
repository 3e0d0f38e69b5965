"""A form that arrives twice is done once: sent again by hand, or because the first answer got lost."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from sila.platform.entities.models import IdempotencyKey

FIELD = "once"  # what {% once %} writes into a form
TOLD = ("Location", "HX-Redirect", "HX-Trigger")
Answer = Callable[[Any], HttpResponse]


def once(answer: Answer) -> Answer:
    """Run each form that was sent once. The same form with other words in it is another one, and runs."""

    def respond(request: Any) -> HttpResponse:
        if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
            return answer(request)
        body = request.body
        key = request.POST.get(FIELD, "")
        if not re.fullmatch(r"[0-9a-f]{32}", key) or not hasattr(request, "actor"):
            return answer(request)
        return _run(answer, request, f"form-{key}", body)

    return respond


def _run(answer: Answer, request: Any, key: str, body: bytes) -> HttpResponse:
    same = hashlib.sha256(f"{request.path}\n".encode() + body).hexdigest()
    mine = IdempotencyKey.objects.filter(member_id=request.actor.member_id)
    with transaction.atomic():
        mine.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()
        # a second one waits here until the first is done
        kept, new = IdempotencyKey.objects.get_or_create(
            member_id=request.actor.member_id, key=key, defaults={"request": same}
        )
        if not new and kept.request == same:
            return _again(kept)
        response = answer(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)  # a refused form is corrected and sent again
            return response
        kept.request, kept.status = same, response.status_code
        kept.headers = {name: response.headers[name] for name in TOLD if name in response.headers}
        kept.save()
    return response


def _again(kept: IdempotencyKey) -> HttpResponse:
    """Send the browser where the first answer sent it, or let it fetch what the page shows now."""
    status = 302 if "Location" in kept.headers else 204
    return HttpResponse(status=status, headers={"HX-Trigger": "sila:refresh"} | kept.headers)
