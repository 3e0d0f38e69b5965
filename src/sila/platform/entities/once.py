"""A form that arrives twice is done once: sent again by hand, or because the first answer got lost.

The form's mark is written in the transaction of its first verb, with the event: what was done carries the mark, and a
second one that comes meanwhile is refused by the database, with all that it did. Nothing is locked while the answer is
rendered, and an answer that fails undoes nothing. (On PostgreSQL a request is one transaction: row security lives and
dies with it.)
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities.models import IdempotencyKey
from sila.platform.entities.registry import registry

FIELD = "once"  # what {% once %} writes into a form
TOLD = ("Location", "HX-Redirect", "HX-Trigger")
Answer = Callable[[Any], HttpResponse]


class DoneAlready(Exception):
    """Another request has done what this form asks for; what this one did is undone."""


@dataclass
class Form:
    """A form that was sent, on its way through the verbs."""

    actor: Actor
    key: str
    same: str  # the hash of what it says
    noted: bool = False

    def kept(self) -> IdempotencyKey | None:
        found: IdempotencyKey | None = self._mine().filter(request=self.same).first()
        return found

    def note(self, kind: str, entity: str, record_id: UUID | None) -> None:
        """Called with the first event, in its transaction. Raises DoneAlready."""
        if self.noted:
            return
        self._mine().exclude(
            request=self.same
        ).delete()  # the same form with other words in it is another one
        try:
            with transaction.atomic():
                self._mine().create(
                    member_id=self.actor.member_id,
                    key=self.key,
                    request=self.same,
                    headers={"Location": self._place(kind, entity, record_id)},
                )
        except IntegrityError as error:
            raise DoneAlready from error
        self.noted = True

    def answered(self, response: HttpResponse) -> None:
        """Keep where the answer sends the browser. A refused form is corrected and sent again."""
        if response.status_code >= 400:
            return
        told = {name: response.headers[name] for name in TOLD if name in response.headers}
        with transaction.atomic():
            old = timezone.now() - timedelta(days=1)
            IdempotencyKey.objects.filter(member_id=self.actor.member_id, created_at__lt=old).delete()
            self._mine().update_or_create(
                member_id=self.actor.member_id,
                key=self.key,
                defaults={"request": self.same, "status": response.status_code, "headers": told},
            )

    def _mine(self) -> Any:
        return IdempotencyKey.objects.filter(member_id=self.actor.member_id, key=self.key)

    def _place(self, kind: str, entity: str, record_id: UUID | None) -> str:
        """Where to go if the answer never comes: to what was written."""
        slug = self.actor.workspace.slug
        if entity not in registry:
            return f"/w/{slug}/"
        return registry[entity].url(slug, None if kind == "trashed" else record_id)


def once(answer: Answer) -> Answer:
    """Run each form that was sent once."""

    def respond(request: Any) -> HttpResponse:
        if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
            return answer(request)
        body = request.body
        key = request.POST.get(FIELD, "")
        if not re.fullmatch(r"[0-9a-f]{32}", key) or not hasattr(request, "actor"):
            return answer(request)
        same = hashlib.sha256(f"{request.path}\n".encode() + body).hexdigest()
        request.form = Form(request.actor, f"form-{key}", same)
        return _run(answer, request, request.form)

    respond.process_exception = _done_already  # type: ignore[attr-defined]
    return respond


def _run(answer: Answer, request: Any, form: Form) -> HttpResponse:
    if kept := form.kept():
        return _again(request, kept)
    token = log.listener.set(form.note)
    try:
        response = answer(request)
    finally:
        log.listener.reset(token)
    if not getattr(request, "done_already", False):
        form.answered(response)
    return response


def _done_already(request: Any, exception: Exception) -> HttpResponse | None:
    if not isinstance(exception, DoneAlready):
        return None
    request.done_already = True
    return _again(request, request.form.kept())


def _again(request: Any, kept: IdempotencyKey | None) -> HttpResponse:
    """Send the browser where the first answer sent it, or let it fetch what the page shows now."""
    headers = kept.headers if kept else {}
    if (
        kept and kept.status is None and "HX-Request" in request.headers
    ):  # its answer is still to come, or never came
        headers = {}
    status = 302 if "Location" in headers else 204
    return HttpResponse(status=status, headers={"HX-Trigger": "sila:refresh"} | headers)
