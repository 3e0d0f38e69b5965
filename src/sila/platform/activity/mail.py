"""Mail that leaves after the transaction, through the outbox: a server that is away delays it, and loses nothing."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs

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
) -> None:
    """The same key is the same mail, however often it is asked for. `html`: the same once more, with its looks."""
    more = {name: value for name, value in (("html", html), ("headers", headers)) if value}
    jobs.enqueue(JOB, key, {"to": to, "subject": " ".join(subject.split()), "text": text, **more}, by=by)


@jobs.handles(JOB, attempts=12)  # the last one more than two hours after the first: a mail server may be away
def send(job: jobs.Run) -> dict[str, Any]:
    """Automatic mail says so, and is answered by no machine."""
    message = EmailMultiAlternatives(
        job.payload["subject"],
        job.payload["text"],
        settings.DEFAULT_FROM_EMAIL,
        [job.payload["to"]],
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{job.row.id}@{settings.HOST}>",
            **job.payload.get("headers", {}),
        },
    )
    if html := job.payload.get("html"):
        message.attach_alternative(html, "text/html")
    return {"sent": message.send()}
