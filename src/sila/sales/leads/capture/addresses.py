"""The address of a form, what the address of a page says about a campaign, and the sites that may show a form."""

import base64
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from sila.platform.kit.text import clean_text
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.leads.capture.models import LeadForm

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
LONGEST_UTM, LONGEST_PAGE = 120, 1000  # what is longer was made by no campaign
UNUSABLE = re.compile(r"[\s<>\"'`\\]")  # in the address of a page
KEY = re.compile(r"([A-Za-z0-9_-]{22})([A-Za-z0-9_-]{22})")
SITE = re.compile(
    r"(https?)://(\*\.)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(:[0-9]{1,5})?/?"
)


def path_of(form: LeadForm) -> str:
    """Where everybody opens it: the workspace and the form's own key, which nobody can guess."""
    tenant = base64.urlsafe_b64encode(form.tenant_id.bytes).rstrip(b"=").decode()
    return f"/f/{tenant}{form.key}"


def form_of(key: str) -> tuple[Workspace, LeadForm] | None:
    """The active form behind a key, with its workspace; the caller opens the workspace's scope."""
    match = KEY.fullmatch(key)
    if match is None:
        return None
    tenant = UUID(bytes=base64.urlsafe_b64decode(match[1] + "=="))
    workspace = Workspace.objects.filter(pk=tenant).first()
    if workspace is None:
        return None
    with scope(workspace):
        form = LeadForm.objects.filter(key=match[2], active=True, deleted_at=None).first()
    return (workspace, form) if form else None


@dataclass(frozen=True)
class Visit:
    """From where somebody came: the page that shows the form, the page before it, and the campaign."""

    page: str = ""
    referrer: str = ""
    utm: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, page: str, referrer: str, *queries: str) -> "Visit":
        """The campaign stands in the address of the page, or in that of the form."""
        page, referrer = as_page(page), as_page(referrer)
        given: dict[str, str] = {}
        for query in (urlsplit(page).query, *queries):
            for name, values in parse_qs(query, max_num_fields=100).items() if query.count("&") < 100 else ():
                if name in UTM and name not in given and (value := _word(values[0])):
                    given[name] = value
        return cls(page, referrer, tuple(given.items()))


def as_page(text: str) -> str:
    """The address of a page of the web as it can be kept and shown; "" for anything else."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        cleaned = clean_text(text)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or UNUSABLE.search(cleaned):
        return ""
    without_query = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return next((page for page in (cleaned, without_query) if len(page) <= LONGEST_PAGE), "")


def _word(text: str) -> str:
    try:
        return clean_text(text)[:LONGEST_UTM]
    except ValueError:
        return ""


def sites_of(text: str) -> tuple[list[str], list[str]]:
    """Origins as a content security policy names them, and the lines that are none."""
    good, bad = [], []
    for line in text.splitlines():
        site = line.strip().lower()
        if not site:
            continue
        match = SITE.fullmatch(site if "://" in site else f"https://{site}")
        if match:
            good.append(f"{match[1]}://{match[2] or ''}{match[3]}{match[4] or ''}")
        else:
            bad.append(line.strip()[:100])
    return list(dict.fromkeys(good)), bad
