"""Mail that leaves after the transaction, through the outbox: a server that is away delays it, and loses nothing."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.tenancy.current import scope

JOB = "mail"


def send_later(
    to: str,
    subject: str,
    text: str,
    *,
    key: str,
    by: Actor,
    html: str = "",
    headers: dict[str, str] | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> None:
    """The same key is the same mail, however often it is asked for. `html`: the same once more, with its looks. `files`, by
    their names, wait in the outbox until it has left."""
    kept = [[name, b64encode(content).decode()] for name, content in files]
    told = (("html", html), ("headers", headers), ("files", kept))
    more = {name: value for name, value in told if value}
    jobs.enqueue(JOB, key, {"to": to, "subject": " ".join(subject.split()), "text": text, **more}, by=by)


@jobs.handles(JOB, attempts=12)  # the last one more than two hours after the first: a mail server may be away
def send(job: jobs.Run) -> dict[str, Any]:
    mail = job.payload
    sent = post(
        job,
        mail["to"],
        mail["subject"],
        mail["text"],
        html=mail.get("html", ""),
        headers=mail.get("headers"),
        files=[(name, b64decode(content)) for name, content in mail.get("files", ())],
    )
    if mail.pop("files", None):
        with scope(job.workspace):
            Job.objects.filter(id=job.row.id).update(payload=mail)
    return {"sent": sent}


def post(
    job: jobs.Run,
    to: str,
    subject: str,
    text: str,
    *,
    html: str = "",
    headers: dict[str, str] | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> int:
    """Send it now, in a job: for what must not stand in the outbox, such as a code. Automatic mail says so, and is
    answered by no machine."""
    told = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{job.row.id}@{settings.HOST}>"}
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        text,
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers={**told, **(headers or {})},
    )
    if html:
        message.attach_alternative(html, "text/html")
    for name, content in files:
        message.attach(name, content)  # a name in Arabic is told as RFC 2231 has it
    return int(message.send())
