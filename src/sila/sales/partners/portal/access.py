"""Who comes in: inviting, asking for a way in, using it up once, being in, and being put out at once."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.links import digest
from sila.platform.activity import jobs
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit import clock
from sila.platform.kit.folding import latin_digits
from sila.sales.partners.portal.models import PortalEntry, PortalSession, PortalUser
from sila.sales.partners.portal.visibility import actor_of

SLUG, LETTER = "portal-users", "portal letter"
INVITED = timedelta(days=7)
ASKED = timedelta(minutes=15)
LETTERS = 6  # for one address while such a link is good: whoever gets no more has one that works
TRIES = 5  # codes that are tried with one mail
WRONG_A_DAY = 20  # codes of one person: then only the link in the mail opens
LONGEST, IDLE = timedelta(days=14), timedelta(days=3)
NOTED = timedelta(minutes=10)  # how finely the last visit is known
State = PortalUser.State


# ---- the noun ------------------------------------------------------------------------------------------
def derive(user: PortalUser, changes: Changes, by: Actor) -> None:
    user.name = user.person.name[:200]
    user.email = (user.email or user.person.email or "").strip().lower()
    if user._state.adding:
        user.invited_at = user.invited_at or clock.now()
    if not user.email:
        raise Invalid({"email": _("Without an address nobody can be invited.")})
    taken = PortalUser.objects.filter(email=user.email, state__in=PortalUser.OPEN, deleted_at=None)
    if user.state in PortalUser.OPEN and taken.exclude(id=user.id).exists():
        raise Invalid({"email": _("Somebody comes into the portal with this address already.")})


def follow(user: PortalUser, changes: Changes, by: Actor) -> None:
    """An effect: whoever is added by hand is invited, and another address is another key."""
    if user.version == 1:
        if by.via in ("page", "api"):
            _send(user, by)
    elif {"email", "person", "state"} & changes.keys():
        close(user)


def close(user: PortalUser) -> None:
    """Every way in and every session ends now."""
    now = clock.now()
    PortalEntry.objects.filter(user_id=user.id, used_at=None).update(used_at=now)
    PortalSession.objects.filter(user_id=user.id, ended_at=None).update(ended_at=now)


def on_trash(user: PortalUser, by: Actor) -> None:
    close(user)


@transaction.atomic
def invite(user: PortalUser, *, by: Actor) -> PortalUser:
    """A link by mail, for one use within a week; those before it end. Raises NotFound, NotAllowed, Stale, Invalid."""
    user = _changeable(user, by)
    if not user.partner.active:
        raise Invalid({"": _("This partner is not active.")})
    columns: dict[str, Any] = {"invited_at": clock.now()}
    if user.state == State.REVOKED:
        columns["state"] = State.INVITED
    records.enter(registry[SLUG], user, columns, by=by, kind="portal_invited")
    _send(user, by)
    return user


@transaction.atomic
def revoke(user: PortalUser, *, by: Actor) -> PortalUser:
    """They are out with their next click. Raises NotFound, NotAllowed, Stale, Invalid."""
    user = _changeable(user, by)
    if user.state == State.REVOKED:
        raise Invalid({"": _("This access has ended already.")})
    records.enter(registry[SLUG], user, {"state": State.REVOKED}, by=by, kind="portal_revoked")
    close(user)
    return user


def _changeable(user: PortalUser, by: Actor) -> PortalUser:
    now: PortalUser = records.unmoved(registry[SLUG], user, by=by)
    return now


def _send(user: PortalUser, by: Actor) -> None:
    now = clock.now()
    PortalEntry.objects.filter(user_id=user.id, invitation=True, used_at=None).update(used_at=now)
    entry = PortalEntry.objects.create(user_id=user.id, invitation=True, expires_at=now + INVITED)
    jobs.enqueue(LETTER, str(entry.id), {"entry": str(entry.id)}, by=by)


# ---- asking for a way in -------------------------------------------------------------------------------
def welcome(path: str = "") -> Q:
    """Those who may come in today: their own access, their partner and they themselves are live. `path`: the way to them."""
    conditions = {
        "deleted_at__isnull": True,
        "state__in": PortalUser.OPEN,
        "partner__active": True,
        "partner__deleted_at__isnull": True,
        "person__deleted_at__isnull": True,
    }
    return Q(**{path + name: value for name, value in conditions.items()})


def ask(address: str, *, by: Actor) -> UUID:
    """Note that somebody at this address wants in. Whether anybody does is found out by the job that writes to them, so
    that the answer takes as long, and looks the same, for every address."""
    with transaction.atomic():
        entry = PortalEntry.objects.create(address=address.lower(), expires_at=clock.now() + ASKED)
        jobs.enqueue(LETTER, str(entry.id), {"entry": str(entry.id)}, by=by)
    return UUID(str(entry.id))


def prepare(entry: PortalEntry) -> tuple[PortalUser, str, str] | None:
    """Whom to write to, with a fresh secret for the link and a code ("" in an invitation); None: to nobody. What was
    prepared before, in a try that failed, is replaced."""
    now = clock.now()
    if entry.used_at is not None or entry.expires_at <= now:
        return None
    whose = Q(id=entry.user_id) if entry.invitation else Q(email=entry.address)
    user = PortalUser.objects.filter(welcome(), whose).select_related("partner", "person", "tenant").first()
    if user is None:
        return None
    lately = PortalEntry.objects.filter(
        user_id=user.id, used_at=None, invitation=False, made_at__gt=now - ASKED
    )
    if not entry.invitation and lately.exclude(id=entry.id).count() >= LETTERS:
        return None
    secret, code = secrets.token_urlsafe(24), "" if entry.invitation else f"{secrets.randbelow(10**6):06}"
    columns = {"user_id": user.id, "link_hash": digest(secret), "code_hash": _hash(entry.id, code)}
    PortalEntry.objects.filter(id=entry.id).update(**columns)
    return user, secret, code


def _hash(entry_id: UUID, code: str) -> str:
    """Six digits are soon guessed from a plain hash: this one needs the key of the installation."""
    return salted_hmac("portal code", f"{entry_id} {code}", algorithm="sha256").hexdigest() if code else ""


def forget_old() -> None:
    """What is over for a day: asked for by whomever, it is of no use."""
    now = clock.now()
    PortalEntry.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    PortalSession.objects.filter(begun_at__lt=now - LONGEST - timedelta(days=1)).delete()


# ---- coming in -----------------------------------------------------------------------------------------
def behind_link(secret: str) -> PortalEntry | None:
    """The entry whose link this is, if it opens still; its user comes with it."""
    rows = PortalEntry.objects.filter(link_hash=digest(secret), used_at=None, expires_at__gt=clock.now())
    entry: PortalEntry | None = rows.select_related("user__partner", "user__tenant").first()
    return entry if entry and entry.user_id and _is_welcome(entry.user_id) else None


def by_code(entry_id: UUID, typed: str) -> PortalEntry | None:
    """The entry, if this is its code. Each try counts, whoever asked for it: the steps are the same for an entry that
    belongs to nobody."""
    code = "".join(each for each in latin_digits(typed) if each.isdigit())
    now = clock.now()
    with transaction.atomic():
        live = PortalEntry.objects.filter(id=entry_id, used_at=None, expires_at__gt=now, attempts__lt=TRIES)
        counted = live.update(attempts=F("attempts") + 1)
        entry: PortalEntry | None = (
            PortalEntry.objects.filter(id=entry_id).select_related("user__partner", "user__tenant").first()
        )
        owner = entry.user_id if entry else None
        today = PortalEntry.objects.filter(user_id=owner, made_at__gt=now - timedelta(days=1))
        tried = today.aggregate(all=Sum("attempts"))["all"] or 0
        right = constant_time_compare(entry.code_hash if entry else "", _hash(entry_id, code or "-"))
        opens = bool(counted and owner and right and tried <= WRONG_A_DAY)
        if entry and owner and counted and not opens:
            records.tell("portal_code_wrong", registry[SLUG], entry.user, actor_of(entry.user))
    return entry if opens and owner and _is_welcome(owner) else None


def _is_welcome(user_id: UUID) -> bool:
    return PortalUser.objects.filter(welcome(), id=user_id).exists()


def come_in(entry: PortalEntry) -> str | None:
    """Use the entry up and begin a session; gives its secret, and None where somebody was faster or access has ended."""
    now, secret = clock.now(), secrets.token_urlsafe(32)
    with transaction.atomic():
        user = locked_user(entry.user_id)
        if user is None:
            return None
        used = PortalEntry.objects.filter(id=entry.id, used_at=None, expires_at__gt=now).update(used_at=now)
        if not used:
            return None
        PortalEntry.objects.filter(user_id=user.id, used_at=None).update(used_at=now)
        PortalSession.objects.create(user_id=user.id, secret_hash=digest(secret))
        PortalUser.objects.filter(id=user.id).update(seen_at=now)
        if user.state == State.INVITED:
            PortalUser.objects.filter(id=user.id).update(state=State.ACTIVE, version=F("version") + 1)
        records.tell("portal_entered", registry[SLUG], user, actor_of(user))
    return secret


def locked_user(user_id: UUID | None) -> PortalUser | None:
    """The person, if they may come in; revoking waits for what they are doing, and they for it."""
    rows = records.locked(PortalUser.objects.filter(welcome(), id=user_id))
    found: PortalUser | None = rows.select_related("partner", "person", "tenant").first()
    return found


# ---- being in ------------------------------------------------------------------------------------------
def session_of(secret: str) -> PortalSession | None:
    """The live session behind a cookie, with its user and partner in one query."""
    now = clock.now()
    live = Q(ended_at=None, begun_at__gt=now - LONGEST, seen_at__gt=now - IDLE)
    rows = PortalSession.objects.filter(live, welcome("user__"), secret_hash=digest(secret))
    found: PortalSession | None = rows.select_related("user__partner", "user__tenant").first()
    return found


def note_visit(session: PortalSession) -> None:
    now = clock.now()
    if now - session.seen_at > NOTED:
        PortalSession.objects.filter(id=session.id).update(seen_at=now)
        PortalUser.objects.filter(id=session.user_id).update(seen_at=now)


def leave(session: PortalSession, *, everywhere: bool = False) -> None:
    mine = PortalSession.objects.filter(ended_at=None)
    rows = mine.filter(user_id=session.user_id) if everywhere else mine.filter(id=session.id)
    rows.update(ended_at=clock.now())
    records.tell("portal_left", registry[SLUG], session.user, actor_of(session.user))


def speak(user: PortalUser, language: str) -> None:
    """The language of their pages and mails."""
    PortalUser.objects.filter(id=user.id).update(language=language)
