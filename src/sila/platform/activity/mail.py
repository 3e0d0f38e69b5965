"""Mail that leaves after the transaction, through the outbox: a server that is away delays it, and loses nothing."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs

JOB = "mail"


def send_later(to: str, subject: str, text: str, *, key: str, by: Actor) -> None:
    """The same key is the same mail, however often it is asked for."""
    jobs.enqueue(JOB, key, {"to": to, "subject": " ".join(subject.split()), "text": text}, by=by)


@jobs.handles(JOB)
def send(job: jobs.Run) -> dict[str, Any]:
    """Automatic mail says so, and is answered by no machine."""
    message = EmailMessage(
        job.payload["subject"],
        job.payload["text"],
        settings.DEFAULT_FROM_EMAIL,
        [job.payload["to"]],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{job.row.id}@{settings.HOST}>"},
    )
    return {"sent": message.send()}
