"""What keeps programs that send spam away from a form, without a third party and without troubling people.

Nothing here refuses what a person might have sent: what looks wrong is held, and somebody looks at it.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from sila.platform.entities.api.limits import Buckets
from sila.platform.kit import clock
from sila.sales.leads.capture.asking import Question
from sila.sales.leads.capture.models import FormSubmission, LeadForm

QUICK, OLD = 3, 12 * 3600  # seconds from opening the form to sending it
LINKS = 3  # in one submission
ZEROS = "0000"  # that the browser's work begins with: some 65,000 tries
TRAP = "website2"  # a field that people do not see
FEW_A_MINUTE, MOST_A_MINUTE = 6, 30  # from one place to one form
_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
_SALT = "lead form"
Reason = FormSubmission.Reason

few, most = Buckets(FEW_A_MINUTE), Buckets(MOST_A_MINUTE)


class Spent(Exception):
    """The form was open for too long, or its mark is not ours: it is shown anew, with what was typed."""


@dataclass(frozen=True)
class Mark:
    """What a form carries from being shown to being sent."""

    nonce: str
    opened: int
    consent: str  # the hash of the consent as it was shown

    @property
    def age(self) -> float:
        return clock.now().timestamp() - self.opened


def mark(form: LeadForm, consent: str) -> str:
    """Signed, for one sending."""
    opened = int(clock.now().timestamp())
    return signing.dumps([form.id.hex, secrets.token_urlsafe(12), opened, digest(consent)], salt=_SALT)


def read_mark(form: LeadForm, text: str) -> Mark:
    """Raises Spent."""
    try:
        form_id, nonce, opened, consent = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Spent from error
    found = Mark(nonce, opened, consent)
    if form_id != form.id.hex or not 0 <= found.age <= OLD:
        raise Spent
    return found


def nonce_of(text: str) -> str:
    """What the browser works on."""
    return str(signing.loads(text, salt=_SALT)[1])


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_proof(nonce: str, proof: str) -> bool:
    """Whether the browser found a number that makes the hash begin with zeros."""
    plain = proof.isascii() and proof.isdigit() and len(proof) <= 12
    return plain and hashlib.sha256(f"{nonce}:{proof}".encode()).hexdigest().startswith(ZEROS)


def too_many(form: LeadForm, place: str) -> int:
    """Seconds to wait before this place is heard again; 0: it is heard."""
    return most.take(f"{form.id} {place}")[1]


def suspicion(
    form: LeadForm, found: Mark, data: Mapping[str, Any], asked: Iterable[Question], place: str
) -> str:
    """Why somebody should look at it before it is a lead; "" if nothing is odd."""
    checks = (
        (Reason.TRAP, bool(data.get(TRAP))),
        (Reason.QUICK, found.age < QUICK),
        (Reason.NO_PROOF, form.proof and not is_proof(found.nonce, str(data.get("proof", "")))),
        (Reason.LINKS, _has_links(data, asked)),
        (Reason.MANY, bool(few.take(f"{form.id} {place}")[1])),
    )
    return next((reason.value for reason, holds in checks if holds), "")


def _has_links(data: Mapping[str, Any], asked: Iterable[Question]) -> bool:
    """Several in the long texts, or one where a name belongs."""
    texts = {
        each.name: each.field.kind.name for each in asked if each.field.kind.name in ("text", "longtext")
    }
    counted = {name: len(_LINK.findall(str(data.get(name, "")))) for name in texts}
    return sum(counted.values()) >= LINKS or any(
        counted[name] for name, kind in texts.items() if kind == "text"
    )
