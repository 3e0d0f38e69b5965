"""Colleagues who are named in a note outside of its composer."""

from sila.platform.access.actor import Actor
from sila.platform.entities.registry import Changes, registry
from sila.platform.notifications.mentions import mention_anew
from sila.work.models import Activity, ActivityLink


def name_colleagues(note: Activity, changes: Changes, by: Actor) -> None:
    """An effect of notes: who is named in what somebody has changed, or a program has sent. The composer of the page
    knows whom its writer has chosen, and says so itself (views/compose.py)."""
    new = note.version == 1
    if "body" not in changes or by.via not in ("page", "api") or (new and by.via == "page"):
        return
    links = ActivityLink.objects.filter(activity_id=note.id).order_by("id")
    about = [
        (entity, record)
        for link in (links if "@" in note.body else ())
        if (entity := registry.get(link.entity))
        and (record := entity.rows().filter(id=link.record_id).first())
    ]
    mention_anew(registry["notes"], note, note.body, str(changes["body"] or ""), by=by, about=about)
