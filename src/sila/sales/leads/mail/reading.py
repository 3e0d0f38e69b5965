"""A raw message (RFC 5322): who wrote it, what it says, what hangs on it, and whether a program sent it by itself."""

import email
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.message import Message as Raw
from email.utils import getaddresses, parseaddr
from typing import Any

from sila.sales.leads.mail.decoding import UNKNOWN, header_text, seen_of, text_of, tidy

MOST_PARTS = 200
MOST_HOPS = 40  # a message that goes in circles
BY_PROGRAMS = re.compile(r"^(mailer-daemon|postmaster|no-?reply-bounce|bounces?)([+.-].*)?@", re.IGNORECASE)
PRECEDENCE = {"bulk", "junk", "list", "auto_reply"}
_IDS = re.compile(r"<[^<>\s]+>")


@dataclass
class Message:
    key: str  # stands for its Message-ID
    name: str
    address: str
    subject: str
    text: str
    answers: list[str] = field(default_factory=list)  # keys of the messages that it answers
    files: list[tuple[str, bytes]] = field(default_factory=list)
    inner: "Message | None" = None  # a message that hangs on it as a whole
    by_program: str = ""  # why it is nobody's words: "auto-reply", "bounce", "bulk", "loop"


def read(raw: bytes) -> Message:
    """Never raises: what cannot be read is left out."""
    try:
        return _read(email.message_from_bytes(raw, policy=policy.compat32), raw)
    except RecursionError:  # hundreds of messages, each inside of another: nobody writes so
        return Message(key_of(hashlib.sha256(raw).hexdigest()), "", "", "", "", by_program="loop")


def _read(message: Raw, raw: bytes, *, inner: bool = False) -> Message:
    name, address = _sender(message)
    found = Message(
        key=key_of(_header(message, "Message-ID") or hashlib.sha256(raw).hexdigest()),
        name=name,
        address=address,
        subject=_header(message, "Subject"),
        text="",
        by_program=_by_program(message, address),
    )
    named = f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}"
    found.answers = [key_of(each) for each in dict.fromkeys(_IDS.findall(named))]
    _read_parts(message, found, inner=inner)
    return found


def key_of(message_id: str) -> str:
    return hashlib.sha256(message_id.strip().encode("utf-8", "replace")).hexdigest()


def _header(message: Raw, name: str) -> str:
    return header_text(_as_sent(message, name))


def _as_sent(message: Raw, name: str) -> str:
    """The first header of the name as it stands in the message, bytes that are no text of any kind included."""
    return next((str(value) for known, value in message.raw_items() if known.lower() == name.lower()), "")


def _sender(message: Raw) -> tuple[str, str]:
    """Whom an answer would reach, under the name of who wrote it."""
    addresses = [_address(message, "From"), _address(message, "Reply-To")]
    (name, written), (other, answered) = addresses
    return (name or other), (answered or written)


def _address(message: Raw, header: str) -> tuple[str, str]:
    found = getaddresses([_as_sent(message, header)])
    name, address = found[0] if found else ("", "")
    name, address = header_text(name), header_text(address)
    if "@" not in address:
        name, address = parseaddr(_header(message, header))
    return name.strip("\"' "), (address if "@" in address else "")


def _by_program(message: Raw, address: str) -> str:
    """RFC 3834: what answers by itself says so; and what the usual programs write besides."""
    kind = message.get_content_type()
    if kind == "multipart/report" or _header(message, "Return-Path") == "<>" or BY_PROGRAMS.match(address):
        return "bounce"
    automatic = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if automatic not in ("", "no") or message["X-Autoreply"] or message["X-Autorespond"]:
        return "auto-reply"
    if _header(message, "Precedence").lower() in PRECEDENCE:
        return "bulk"
    return "loop" if message["X-Sila"] or len(message.get_all("Received", [])) > MOST_HOPS else ""


def _read_parts(message: Raw, found: Message, *, inner: bool) -> None:
    plain, pages = [], []
    for part in _leaves(message):
        kind, shown = part.get_content_type(), part.get_content_disposition()
        if kind == "message/rfc822":
            hung: Any = part.get_payload()
            if isinstance(hung, list) and hung and found.inner is None and not inner:
                found.inner = _read(hung[0], b"", inner=True)
            continue
        data = _bytes(part)
        named, charset = header_text(_said(part.get_filename)), _said(part.get_content_charset)
        if shown == "attachment" or (named and not kind.startswith("text/") and not part["Content-ID"]):
            found.files.append((named or f"{kind.replace('/', '.')}", data))
        elif kind == "text/plain":
            plain.append(text_of(data, charset))
        elif kind == "text/html":
            pages.append(seen_of(text_of(data, charset)))
    text = "\n\n".join(filter(str.strip, plain)) or "\n\n".join(pages)
    found.text = tidy(text.replace("\r\n", "\n")).strip()


def _said(ask: Callable[[], Any]) -> str:
    """What a part says of itself; "" where it says that in an encoding that nobody knows."""
    try:
        return str(ask() or "")
    except UNKNOWN:
        return ""


def _leaves(message: Raw) -> list[Raw]:
    """The parts that hold something; what is inside of a message that hangs on this one stays there."""
    leaves, waiting = [], [message]
    while waiting and len(leaves) < MOST_PARTS:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inside: Any = part.get_payload()
            waiting = [*inside, *waiting]
        else:
            leaves.append(part)
    return leaves


def _bytes(part: Raw) -> bytes:
    try:
        data: Any = part.get_payload(decode=True)
    except (*UNKNOWN, AssertionError):
        return b""
    return data if isinstance(data, bytes) else b""
