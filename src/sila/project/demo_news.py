"""What colleagues have done lately, so that the bell of the head of the company has something to tell."""

from datetime import datetime, timedelta
from typing import Any

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.entities import actions as records
from sila.platform.entities import sharing
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.notifications import actions as notifications
from sila.platform.notifications.gathering import begin_here, gather
from sila.platform.notifications.mentions import mention
from sila.work.actions import log, plan
from sila.work.reminders import remind

NOTE = "@{name} العميل مستعد للتوقيع هذا الأسبوع إن ثبّتنا السعر. هل نعتمد خصم ٥٪؟"
TASK = "اعتماد عرض السعر قبل إرساله"


def tell_news(actors: dict[str, Actor], now: datetime) -> None:
    """To Noura: a mention, a change, a reminder, a shared deal, and news of a company that she follows."""
    at_work = {code: Actor.of(actor.workspace, _member(actor), "page") for code, actor in actors.items()}
    noura, sara, khalid = (at_work[code] for code in ("noura", "sara", "khalid"))
    begin_here()
    deals = registry["opportunities"]
    company = registry["organizations"].rows().filter(owner_id=sara.member_id).order_by("id").first()
    if company:
        notifications.follow(registry["organizations"], company, by=noura)
        with clock.at(now - timedelta(hours=26)):
            records.update(
                registry["organizations"], company.id, {"relationship": "growing", "city": "الخبر"}, by=sara
            )
    hers, his = _open_deal(noura), _open_deal(khalid)
    if his:
        with clock.at(now - timedelta(hours=3)):
            sharing.share(deals, his, by=khalid, member=noura.member_id)
    if hers:
        with clock.at(now - timedelta(hours=5)):
            sharing.share(deals, hers, by=noura, member=sara.member_id, level="edit")
        with clock.at(now - timedelta(minutes=50)):
            records.update(deals, hers.id, {"next_step": "زيارة لتثبيت السعر"}, by=sara)
        with clock.at(now - timedelta(minutes=12)):
            _write_note(hers, sara, noura)
    with clock.at(now - timedelta(hours=2)):
        soon = {"due_at": now + timedelta(hours=3), "reminder_at": now - timedelta(minutes=30)}
        plan("task", {"subject": TASK, **soon}, by=noura)
    with clock.at(now - timedelta(minutes=30)):
        remind(Actor.system(noura.workspace, "job"))
    gather(noura.workspace)


def _member(actor: Actor) -> Member:
    assert actor.member is not None
    return actor.member


def _open_deal(actor: Actor) -> Any:
    mine = registry["opportunities"].rows().filter(owner_id=actor.member_id, stage__category="open")
    return mine.order_by("-amount").first()


def _write_note(deal: Any, writer: Actor, reader: Actor) -> None:
    body = NOTE.format(name=_member(reader).name)
    note = log("note", {"subject": body[:60], "body": body}, by=writer, about=[("opportunities", deal.id)])
    about = (registry["opportunities"], deal)
    mention(registry["notes"], note, body, [str(reader.member_id)], by=writer, about=about)
