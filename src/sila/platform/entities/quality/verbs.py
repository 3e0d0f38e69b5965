"""What people do about the quality of records: confirm one, put it off; and for administrators: weights and rules."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.activity.models import Event
from sila.platform.customfields.shape import reshape
from sila.platform.entities import actions
from sila.platform.entities.computed import work as computed_work
from sila.platform.entities.computed.verbs import formula_rule
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.quality import work
from sila.platform.entities.quality.grading import COLUMNS, grade
from sila.platform.entities.quality.models import QualityPlan, QualityRule
from sila.platform.entities.quality.plan import MOST, countable, difference, graded, measure_of
from sila.platform.entities.quality.rules import as_field
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit import clock
from sila.platform.kit.formula import Problem
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.current import current

CONFIRMED, TAKEN_BACK, PUT_OFF = "confirmed", "confirmation taken back", "care put off"
LONGEST_DAYS = 3650
STAMPED = ("verified_at", "verified_by_id", "touched_at", "snoozed_until")
MOST_RULES = 50  # of one noun: each is asked at every save


# ---- one record --------------------------------------------------------------------------------------
def _tended(entity: Entity, record_id: UUID, by: Actor) -> Any:
    """Raises NotFound, NotAllowed."""
    record = actions.get(entity, record_id, by=by, lock=True)
    if not (graded(entity) and by.may(entity.slug, "edit", record)):
        raise NotAllowed
    return record


def _keep(entity: Entity, record: Any) -> None:
    """The record itself is as it was, so its version stays."""
    grade(entity, record)
    record.save(update_fields=[*STAMPED, *(name for name in COLUMNS if name not in STAMPED)])


@transaction.atomic
def confirm(entity: Entity, record_id: UUID, *, by: Actor) -> Any:
    """Somebody has looked: it is still right. It is fresh from now on."""
    record = _tended(entity, record_id, by)
    was = {name: _plain(getattr(record, name)) for name in STAMPED}
    record.verified_at = record.touched_at = clock.now()
    record.verified_by_id, record.snoozed_until = by.member_id, None
    _keep(entity, record)
    _tell(CONFIRMED, entity, record, by, was=was, at=record.verified_at.isoformat())
    return record


@transaction.atomic
def take_back(entity: Entity, record_id: UUID, *, by: Actor) -> Any:
    """The actor's own confirmation, if it is the last and nobody has touched the record since. Raises Invalid."""
    record = _tended(entity, record_id, by)
    events = Event.objects.filter(entity=entity.slug, record_id=record.id, kind=CONFIRMED)
    last = events.filter(member_id=by.member_id).order_by("-id").first()
    if last is None or _plain(record.verified_at) != last.payload["at"]:
        raise Invalid({"": _("This can no longer be undone.")})
    was = last.payload["was"]
    if record.touched_at == record.verified_at:
        record.touched_at = _moment(was["touched_at"])
    record.verified_at = _moment(was["verified_at"])
    record.verified_by_id = UUID(was["verified_by_id"]) if was["verified_by_id"] else None
    record.snoozed_until = date.fromisoformat(was["snoozed_until"]) if was["snoozed_until"] else None
    _keep(entity, record)
    _tell(TAKEN_BACK, entity, record, by)
    return record


@transaction.atomic
def put_off(entity: Entity, record_id: UUID, until: date | None, *, by: Actor) -> Any:
    """It leaves the worklist until that day, for everyone; None brings it back. What is wrong with it stays so."""
    record = _tended(entity, record_id, by)
    record.snoozed_until = until
    _keep(entity, record)
    if until is not None:
        _tell(PUT_OFF, entity, record, by, until=until.isoformat())
    return record


def _tell(kind: str, entity: Entity, record: Any, by: Actor, **more: Any) -> None:
    log.record(kind, by=by, entity=entity.slug, record_id=record.id, title=entity.title_of(record), **more)


def _plain(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else str(value) if value else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# ---- what counts -------------------------------------------------------------------------------------
def _administrators_only(by: Actor) -> None:
    if not by.is_admin:
        raise NotAllowed


def set_plan(entity: Entity, weights: Mapping[str, int], stale_days: int, *, by: Actor) -> None:
    """Which fields count, and how much; after how many days without a touch a record is stale (0: never).

    All records are graded anew. Raises NotAllowed, Invalid.
    """
    _administrators_only(by)
    known = countable(entity)
    wrong = {
        name: _("Between 0 and %(most)s.") % {"most": MOST}
        for name, weight in weights.items()
        if name not in known or not 0 <= weight <= MOST
    }
    if not graded(entity) or not 0 <= stale_days <= LONGEST_DAYS:
        wrong["stale_days"] = _("Between 0 and %(most)s.") % {"most": LONGEST_DAYS}
    if wrong:
        raise Invalid(wrong)
    before = measure_of(entity)
    values = {"weights": difference(entity, weights), "stale_days": stale_days}
    with transaction.atomic():
        QualityPlan.objects.update_or_create(entity=entity.slug, defaults=values)
        _reshape(by)
        after = measure_of(entity)
        names = dict.fromkeys([*before.weights, *after.weights])
        old, new = ({n: m.weights.get(n, 0) for n in names} for m in (before, after))
        changes = [{"field": f"{n}.weight", "old": old[n], "new": new[n]} for n in names if old[n] != new[n]]
        if before.stale_days != after.stale_days:
            changes.append({"field": "stale_days", "old": before.stale_days, "new": after.stale_days})
        _told("quality plan changed", entity.slug, by, changes=changes)
        work.begin(entity, by=by)


def usual_plan(entity: Entity, *, by: Actor) -> None:
    """As it follows from the declaration."""
    _administrators_only(by)
    with transaction.atomic():
        QualityPlan.objects.filter(entity=entity.slug).update(weights={}, stale_days=None)
        _reshape(by)
        _told("quality plan changed", entity.slug, by, changes=[])
        work.begin(entity, by=by)


def _reshape(by: Actor) -> None:
    """All processes read it anew, this one at once."""
    reshape(by.workspace)
    current().refresh_from_db(fields=["shape_version"])


def _told(kind: str, slug: str, by: Actor, **more: Any) -> None:
    log.record(kind, by=by, entity=slug, title=str(registry[slug].plural) if slug in registry else "", **more)


# ---- rules -------------------------------------------------------------------------------------------
def kept_formula(noun: Entity, text: str) -> str:
    """The condition as it is stored. Raises Problem."""
    kept = formula_rule(noun, text)
    if kept["shown"] != "bool":
        raise Problem(_("A rule is a condition: it says yes or no."), 0, len(text))
    return str(kept["formula"])


def _checked(noun: Entity, values: dict[str, Any]) -> dict[str, Any]:
    """Raises Invalid."""
    try:
        formula = kept_formula(noun, str(values.get("formula", "")))
    except Problem as problem:
        raise Invalid({"formula": str(problem)}) from problem
    message = clean_text(str(values.get("message") or ""), max_length=300)
    english = clean_text(str(values.get("message_en") or ""), max_length=300)
    place = str(values.get("field") or "")
    if not message:
        raise Invalid({"message": _("This field is required.")})
    if place and place not in noun.fields:
        raise Invalid({"field": _("There is no such field.")})
    said = {"formula": formula, "message": message, "message_en": english, "field": place}
    return said | {"refuses": bool(values.get("refuses")), "active": bool(values.get("active"))}


def add_rule(noun: Entity, *, by: Actor, **values: Any) -> QualityRule:
    """Records that are there already are looked through, and marked where they break it. Raises NotAllowed, Invalid."""
    _administrators_only(by)
    said = _checked(noun, values)
    if QualityRule.objects.filter(entity=noun.slug, deleted_at=None).count() >= MOST_RULES:
        raise Invalid({"": _("At most %(most)s rules for one noun.") % {"most": MOST_RULES}})
    with transaction.atomic():
        rule = QualityRule.objects.create(entity=noun.slug, key=f"r_{secrets.token_hex(4)}", **said)
        _reshape(by)
        _log_rule("validation rule added", rule, by)
        if rule.active:
            computed_work.begin(as_field(rule), by=by)
    return rule


def change_rule(rule: QualityRule, *, by: Actor, **values: Any) -> QualityRule:
    """Raises NotAllowed, Invalid."""
    _administrators_only(by)
    return _rewrite(rule, _checked(registry[rule.entity], values), by, "validation rule changed")


def switch_rule(rule: QualityRule, *, active: bool, by: Actor) -> QualityRule:
    _administrators_only(by)
    return _rewrite(rule, {"active": active}, by, "validation rule changed")


def remove_rule(rule: QualityRule, *, by: Actor) -> QualityRule:
    """It is kept as a row, so that the history can name it, and asked no more."""
    _administrators_only(by)
    return _rewrite(rule, {"active": False, "deleted_at": timezone.now()}, by, "validation rule removed")


def _rewrite(rule: QualityRule, values: dict[str, Any], by: Actor, kind: str) -> QualityRule:
    was_active = rule.active
    with transaction.atomic():
        changes = [
            {"field": name, "old": _said(getattr(rule, name)), "new": _said(value)}
            for name, value in values.items()
            if getattr(rule, name) != value and name != "deleted_at"
        ]
        for name, value in values.items():
            setattr(rule, name, value)
        rule.version, rule.updated_at = rule.version + 1, timezone.now()
        rule.save()
        _reshape(by)
        _log_rule(kind, rule, by, changes=changes)
        if rule.active:
            computed_work.begin(as_field(rule), by=by)
        elif was_active:
            work.forget_rule(rule, by=by)
    return rule


def _said(value: Any) -> Any:
    return value if isinstance(value, str | bool) else str(value)


def _log_rule(kind: str, rule: QualityRule, by: Actor, **more: Any) -> None:
    log.record(kind, by=by, entity=rule.entity, record_id=rule.id, title=rule.message, **more)
