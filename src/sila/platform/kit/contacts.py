"""E-mail addresses, web addresses, and the Saudi National Address."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from .errors import InvalidInput
from .folding import latin_digits
from .text import clean_text

_MAX_EMAIL = 254
_MAX_URL = 2000
_INVISIBLE = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):(?!\d+(?:[/?#]|$))", re.IGNORECASE)
_FORBIDDEN_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\\\"'<>`{}|^\u2028\u2029]")


class UnreadableEmail(InvalidInput):
    """No mail could be sent there."""


class UnreadableUrl(InvalidInput):
    """Not the address of a web page, or one that must not become a link."""


class UnreadableAddress(InvalidInput):
    """A national address with wrong parts; `errors` has a sentence for each of them."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


@lru_cache(maxsize=4096)  # an address is read several times while it is saved
def normalise_email(text: str) -> str:
    """The address in lower case, its domain in ASCII (IDNA), as it is compared and sent to."""
    address = _INVISIBLE.sub("", text).strip().lower().removeprefix("mailto:")
    local, at, domain = address.rpartition("@")
    ascii_domain = _ascii_host(domain)
    good = at and len(local) <= 64 and _LOCAL.fullmatch(local) and _is_domain(ascii_domain)
    if not good or len(local) + 1 + len(ascii_domain) > _MAX_EMAIL:
        raise UnreadableEmail(_("“%(text)s” is not an e-mail address.") % {"text": text.strip()[:80]})
    return f"{local}@{ascii_domain}"


def _ascii_host(host: str) -> str:
    """The host in ASCII; "" if it has none."""
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _is_domain(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()


def normalise_url(text: str) -> str:
    """An http or https address, https if it named none; everything that could run as code is refused."""
    address = _INVISIBLE.sub("", text).strip()
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        raise UnreadableUrl(_("Only http and https addresses can be kept."))
    if not scheme:
        address = "https://" + address.removeprefix("//")
    if len(address) > _MAX_URL or _FORBIDDEN_IN_URL.search(address):
        raise _url_refusal(text)
    try:
        return _rebuilt(address)
    except ValueError:
        raise _url_refusal(text) from None


def _rebuilt(address: str) -> str:
    parts = urlsplit(address)
    host = _ascii_host(parts.hostname or "")
    if parts.username is not None or not (_is_domain(host) or _is_ipv4(host)):
        raise ValueError(address)
    port = f":{parts.port}" if parts.port is not None else ""
    return parts._replace(scheme=parts.scheme.lower(), netloc=host + port).geturl()


def _is_ipv4(host: str) -> bool:
    return bool(_IPV4.fullmatch(host)) and all(int(part) < 256 for part in host.split("."))


def _url_refusal(text: str) -> UnreadableUrl:
    return UnreadableUrl(_("“%(text)s” is not a web address.") % {"text": text.strip()[:80]})


_ADDRESS_PARTS = ("building_number", "street", "district", "city", "postal_code", "additional_number", "unit")
_ADDRESS_RULES = {
    "building_number": re.compile(r"\d{4}", re.ASCII),
    "postal_code": re.compile(r"\d{5}", re.ASCII),
    "additional_number": re.compile(r"\d{4}", re.ASCII),
    "short_address": re.compile(r"[A-Z]{4}\d{4}", re.ASCII),
}


def national_address(fields: Mapping[str, str]) -> dict[str, str]:
    """The filled parts of a Saudi National Address, cleaned; UnreadableAddress if a number is wrong.

    Parts: building_number, street, district, city, postal_code, additional_number, unit, short_address.
    """
    parts = {name: clean_text(fields.get(name) or "", max_length=100) for name in _ADDRESS_PARTS}
    parts["short_address"] = clean_text(fields.get("short_address") or "").replace(" ", "").upper()
    parts |= {name: latin_digits(parts[name]) for name in _ADDRESS_RULES}
    wrong = [name for name, rule in _ADDRESS_RULES.items() if parts[name] and not rule.fullmatch(parts[name])]
    if wrong:
        messages = _address_messages()
        raise UnreadableAddress({name: messages[name] for name in wrong})
    return {name: value for name, value in parts.items() if value}


def _address_messages() -> dict[str, str]:
    return {
        "building_number": _("The building number has 4 digits."),
        "postal_code": _("The postal code has 5 digits."),
        "additional_number": _("The additional number has 4 digits."),
        "short_address": _("The short address has 4 Latin letters and 4 digits."),
    }
