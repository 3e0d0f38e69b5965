"""Whose words a forwarded message holds: programs put a small head of their own before them, each in its way.

Gmail     ---------- Forwarded message --------- / ---------- رسالة مُعاد توجيهها ---------
Outlook   From: … Sent: … To: … Subject: …       / من: … تاريخ الإرسال: … إلى: … الموضوع: …
Apple     Begin forwarded message:               / بدء الرسالة المُعاد توجيهها:
"""

import re
from dataclasses import dataclass

from sila.platform.kit.folding import fold

HEAD = 12  # lines that such a head may have
LONGEST = 1000  # letters of a line: programs for mail break them (RFC 5322 allows 998)
_FROM, _SUBJECT = ("from", "من", "المرسل"), ("subject", "الموضوع")
_OTHERS = (
    "date",
    "sent",
    "to",
    "cc",
    "reply-to",
    "التاريخ",
    "تاريخ الارسال",
    "تم الارسال",
    "الي",
    "نسخه",
    "الرد علي",
)
_MARKS = (
    "forwarded message",
    "begin forwarded message",
    "original message",
    "رساله معاد توجيهها",
    "الرساله المعاد توجيهها",
    "الرساله الاصليه",
    "رساله محوله",
)
_PREFIX = re.compile(r"^\s*(?:fwd?|fw|إعادة توجيه|اعادة توجيه|تحويل)\s*[:：]\s*", re.IGNORECASE)
_LINE = re.compile(
    r"^[\s>*_\u200e\u200f\u202a-\u202e\u2066-\u2069]*([^\s:：*][^:：]{0,28}?)[\s*_]*[:：][\s*_]*(.*)$"
)
_ADDRESS = re.compile(r"(?:mailto:)?([\w.+'-]+@[\w-]+(?:\.[\w-]+)+)")
_UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Original:
    name: str
    address: str
    subject: str
    text: str
    note: str  # what whoever forwarded it wrote above


def original_in(subject: str, text: str) -> Original | None:
    """Who wrote what was forwarded; None if the message is its sender's own."""
    lines = [line[:LONGEST] for line in text.splitlines()]
    for at, line in enumerate(lines):
        if _label(line) in _FROM and (_ADDRESS.search(line) or _continues(lines, at)):
            marked = _is_marked(lines, at)
            if not marked and not _PREFIX.match(subject):
                return None  # an answer quotes such a head too
            return _read(lines, text.splitlines(), at, subject)
    return None


def without_prefix(subject: str) -> str:
    while _PREFIX.match(subject):
        subject = _PREFIX.sub("", subject)
    return subject.strip()


def _label(line: str) -> str:
    match = _LINE.match(line)
    return fold(match[1]).strip(" *_-") if match else ""


def _value(line: str) -> str:
    match = _LINE.match(line)
    return match[2].strip(" *_") if match else ""


def _continues(lines: list[str], at: int) -> bool:
    """The sender's address may stand on the next line."""
    return at + 1 < len(lines) and bool(_ADDRESS.search(lines[at + 1])) and not _label(lines[at + 1])


def _is_marked(lines: list[str], at: int) -> bool:
    above = " ".join(fold(line) for line in lines[max(0, at - 4) : at])
    return any(fold(mark) in above for mark in _MARKS)


def _read(lines: list[str], whole: list[str], at: int, subject: str) -> Original:
    end, about, sender = at, "", _value(lines[at])
    if not _ADDRESS.search(sender):
        sender = f"{sender} {lines[at + 1].strip()}"
    for number in range(at, min(at + HEAD, len(lines))):
        label = _label(lines[number])
        if label in _SUBJECT:
            about = _value(lines[number])
        if label in (*_FROM, *_SUBJECT, *map(fold, _OTHERS)):
            end = number
        elif not lines[number].strip(" >") and number > end + 1:
            break
    found = _ADDRESS.search(sender)
    address = found[1] if found else ""
    name = _ADDRESS.sub("", _UNSEEN.sub("", sender)).replace("mailto:", "")
    name = re.sub(r"[<>\[\]()\"]", " ", name)
    note = [line for line in lines[:at] if not any(fold(mark) in fold(line) for mark in _MARKS)]
    return Original(
        name=re.sub(r"\s+", " ", name).strip(" ;,'*_"),
        address=address,
        subject=without_prefix(about or subject),
        text="\n".join(_unquoted(whole[end + 1 :])).strip(),
        note="\n".join(line for line in note if line.strip(" -_*>")).strip(),
    )


def _unquoted(lines: list[str]) -> list[str]:
    """Some programs put a mark before each line."""
    said = [line for line in lines if line.strip()]
    if said and all(line.startswith(">") for line in said):
        return [re.sub(r"^>\s?", "", line) for line in lines]
    return lines
