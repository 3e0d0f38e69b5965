"""A document by mail: the file that its page shows, in the language of its customer."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import log
from sila.platform.activity.mail import send_later
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import registry
from sila.platform.kit.text import isolate
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.models import Priced
from sila.sales.lines.showing import may_print
from sila.sales.rules import today

MOST = 5_000_000  # bytes of a file: encoded for the mail it is a third more, and servers take ten million as a rule
FIELDS = (
    Field("to", KINDS["email"], gettext_lazy("To"), required=True, max_length=254),
    Field("message", KINDS["longtext"], gettext_lazy("Message"), max_length=4000),
)


@dataclass(frozen=True)
class Letter:
    """`key` says what makes it the same mail once more, with the address and the words."""

    to: str
    subject: str
    text: str
    key: str


def post(
    paper: Priced, letter: Letter, *, work: Paperwork, kind: str, by: Actor, printed: Any = None
) -> None:
    """It leaves after the transaction, once; the history of the document tells it as `kind`. `printed` is the module that
    makes the file, with pdf_of and file_name; None sends words alone. Raises NotAllowed, Invalid."""
    _must_be_one_address(letter.to)
    files = [_file(paper, work, printed, by)] if printed else []
    words = f"{letter.to}\n{letter.text}\n{bool(files)}"
    send_later(
        letter.to,
        letter.subject,
        letter.text,
        key=f"{letter.key} {sha256(words.encode()).hexdigest()}",
        by=by,
        headers={"Reply-To": by.member.email} if by.member else {},
        files=files,
    )
    log.record(kind, by=by, entity=work.papers, record_id=paper.id, title=str(paper), text=letter.to)


def post_alone(
    paper: Priced, subject: Any, *, work: Paperwork, kind: str, by: Actor, printed: Any, to: str, message: str
) -> None:
    """A document that has no page for its customer: the file, with these words; the same once a day. `subject` is given
    lazily, with places for the number and the workspace."""
    with translation.override(language_of(paper)):
        told = str(subject) % {"number": paper.number, "workspace": by.workspace.name}
    letter = Letter(to, told, f"{message.strip() or told}\n", f"{paper.id} {today(by)}")
    post(paper, letter, work=work, kind=kind, by=by, printed=printed)


def _must_be_one_address(to: str) -> None:
    try:
        validate_email(to)
    except ValidationError as error:
        raise Invalid({"to": _("This is not an e-mail address.")}) from error


def _file(paper: Priced, work: Paperwork, printed: Any, by: Actor) -> tuple[str, bytes]:
    """A paper shows all prices: only those send it who see them."""
    if not may_print(work.noun, work.line_noun, Context(by, Reader.of(by.workspace))):
        raise NotAllowed
    content: bytes = printed.pdf_of(paper, by.workspace)
    if len(content) > MOST:
        told = {"size": f"{len(content) / 10**6:.1f}", "most": MOST // 10**6}
        raise Invalid({"": _("The PDF has %(size)s MB; a mail takes %(most)d MB at most.") % told})
    return unquote(printed.file_name(paper)), content


def begin(paper: Priced, context: Context, said: Any) -> dict[str, Any]:
    """To the contact person, or to the customer, as far as the reader may see their address; a greeting, and `said`, which
    is given lazily, with places for the title and the number."""
    whom = paper.contact if paper.contact_id else paper.party if paper.party_id else None
    seen = whom and "email" in registry["parties"].readable(context.actor)
    with translation.override(language_of(paper)):
        names = {
            "name": isolate(whom.name) if whom else "",
            "title": isolate(str(paper)),
            "number": isolate(paper.number),
        }
        greeting = _("Peace be upon you, %(name)s.") if whom else _("Peace be upon you.")
        message = f"{greeting}\n\n{said}" % names
    return {"to": whom.email if whom and seen else "", "message": message}


def language_of(paper: Priced) -> str:
    return "en" if paper.language == Priced.Language.ENGLISH else "ar"
