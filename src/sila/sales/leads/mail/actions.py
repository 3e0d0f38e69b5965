"""A message becomes a lead, once. An answer to one that did becomes a note on it. What programs send makes none."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from sila.documents.actions import attach, tidy_name
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.current import take_turns
from sila.sales.leads.mail.forwarded import Original, original_in, without_prefix
from sila.sales.leads.mail.reading import Message, read
from sila.sales.leads.models import Lead, LeadMessage
from sila.work.actions import log as note_down

SLUG = "leads"
LONGEST_TEXT = 10_000
MOST_FILES, LARGEST_FILE = 20, 15_000_000  # bytes
NAME, SUBJECT = 200, 200
_ARABIC, _LATIN = re.compile("[\u0621-\u064a]"), re.compile("[A-Za-z]")


@dataclass(frozen=True)
class Captured:
    """`lead` is the one that the message made (`new`) or belongs to; without one, `ignored` says why."""

    lead: Lead | None = None
    new: bool = False
    ignored: str = ""


def capture(raw: bytes, *, by: Actor) -> Captured:
    """Take a raw message in. Raises NotAllowed, Invalid; what is sent again is the same lead."""
    if not by.can(SLUG, "create"):
        raise NotAllowed(_("You may not add records here."))
    message = read(raw)
    own = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip(" >").lower()
    if message.by_program or message.address.lower() == own:
        return Captured(ignored=message.by_program or "loop")
    with transaction.atomic():
        take_turns("mail of leads")
        if known := _known(message):
            return _go_on(known, message, by)
        lead = _make(message, by)
        LeadMessage.objects.create(lead_id=lead.id, message=message.key)
        _keep_files(lead, message, by)
    return Captured(Lead.objects.get(id=lead.id), new=True)


def _known(message: Message) -> Lead | None:
    keys = [message.key, *message.answers]
    row = LeadMessage.objects.filter(message__in=keys, lead__deleted_at=None).select_related("lead").first()
    return row.lead if row else None


def _go_on(lead: Lead, message: Message, by: Actor) -> Captured:
    """The same message again changes nothing; an answer is noted, once."""
    fresh = not LeadMessage.objects.filter(message=message.key).exists()
    if fresh:
        LeadMessage.objects.create(lead_id=lead.id, message=message.key)
        values = {
            "subject": message.subject[:SUBJECT] or _("E-mail message"),
            "body": _whole(message.text, _not_kept(message)),
        }
        note_down("note", _cleaned(values), by=by.with_all_rights("mail"), about=[(SLUG, lead.id)])
        _keep_files(lead, message, by)
    return Captured(lead)


# ---- what the lead says ----------------------------------------------------------------------------------
def _make(message: Message, by: Actor) -> Lead:
    words = _words(message)
    values = _cleaned(
        {
            "name": (words.name or words.address.partition("@")[0] or words.subject or _("E-mail message"))[
                :NAME
            ],
            "email": words.address,
            "interest": _interest(words, message),
            "language": _language(f"{words.subject} {words.text}"),
        }
    )
    if not _is_address(values["email"]):
        values["interest"] = f"{values.pop('email')}\n{values['interest']}".strip()[:LONGEST_TEXT]
    values = {name: value for name, value in values.items() if value}
    made: Lead = records.create(registry[SLUG], values, by=by, origin=Lead.Origin.EMAIL)
    return made


def _words(message: Message) -> Original:
    """Those of who wrote it first."""
    if message.inner:
        inner = message.inner
        found = original_in(inner.subject, inner.text)
        return found or Original(inner.name, inner.address, inner.subject, inner.text, message.text)
    found = original_in(message.subject, message.text)
    return found or Original(message.name, message.address, without_prefix(message.subject), message.text, "")


def _interest(words: Original, message: Message) -> str:
    return _whole(words.subject, words.text, words.note, _not_kept(message))


def _not_kept(message: Message) -> str:
    _kept, left = _files(message)
    if not left:
        return ""
    return _("Not kept, too large or too many: %(files)s") % {"files": ", ".join(left)[:1000]}


def _whole(*parts: str) -> str:
    text = "\n\n".join(filter(None, parts))
    end = "\n…"
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(end)] + end


def _language(text: str) -> str:
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    return "ar" if arabic > latin else "en" if latin else ""


def _cleaned(values: dict[str, str]) -> dict[str, Any]:
    return {name: clean_text(text, multiline=name in ("interest", "body")) for name, text in values.items()}


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _files(message: Message) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Those that are kept, and what the others are called, with their size in bytes."""
    most = min(LARGEST_FILE, settings.MAX_UPLOAD_BYTES)
    kept, left = [], []
    for name, data in [*message.files, *(message.inner.files if message.inner else [])]:
        if len(data) > most or len(kept) == MOST_FILES:
            left.append(f"{name} ({len(data)})")
        elif data:
            kept.append((name, data))
    return kept, left


def _keep_files(lead: Lead, message: Message, by: Actor) -> None:
    """After the lead, so that nothing lies about for one that was refused."""
    kept, _left = _files(message)
    for name, data in kept:
        attach(SLUG, lead.id, _file_name(name), [data], by=by.with_all_rights("mail"))


def _file_name(name: str) -> str:
    """The words of the message count more than a name that is none."""
    try:
        return tidy_name(name)
    except Invalid:
        return "attachment"
