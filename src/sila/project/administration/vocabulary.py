"""How the audit log names what the event log holds."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sila.platform.access.policy import REACH_NAMES, VERB_LABELS
from sila.platform.entities.registry import registry
from sila.platform.kit.text import listed
from sila.platform.tenancy.models import Workspace


def kinds() -> dict[str, str]:
    return (
        {
            "created": pgettext("event", "Added"),
            "changed": pgettext("event", "Changed"),
            "trashed": _("Moved to the trash"),
            "restored": _("Restored"),
            "shared": _("Shared"),
            "unshared": _("No longer shared"),
            "mentioned": _("Colleagues mentioned"),
            "notification defaults": _("Notification defaults changed"),
            "imported": _("Imported"),
            "view saved": _("View kept"),
            "mapping saved": _("Mapping of columns kept"),
            "many changed": _("Many records changed"),
            "many trashed": _("Many records moved to the trash"),
            "many done": _("A step taken for many records"),
            "many shared": _("Many records shared"),
            "exported": _("Exported"),
            "import ended": _("Import ended"),
            "won": _("Won"),
            "lost": _("Lost"),
            "reopened": _("Reopened"),
            "moved": _("Moved to another stage"),
            "contacted": pgettext("event", "Contacted"),
            "qualified": pgettext("event", "Qualified"),
            "disqualified": pgettext("event", "Disqualified"),
            "converted": pgettext("event", "Converted"),
            "conversion_undone": _("Conversion taken back"),
            "forecast adjusted": _("Forecast adjusted"),
            "confirmed": _("Confirmed as still right"),
            "confirmation taken back": _("Confirmation taken back"),
            "care put off": _("Care put off"),
            "contact_lost": _("Way of contact does not work"),
            "contact_found": _("Way of contact works again"),
            "checked_in": pgettext("event", "Arrived at a visit"),
            "checked_out": pgettext("event", "Visit ended"),
        }
        | _of_papers()
        | _of_the_team()
        | _of_offers()
        | _of_partners()
        | _of_the_workspace()
        | _beside_records()
    )


def _of_papers() -> dict[str, str]:
    """Quotes, orders, invoices, contracts, and what hangs on them."""
    return {
        "lines_changed": _("Lines changed"),
        "quote_sent": pgettext("event", "Quote sent"),
        "quote_mailed": pgettext("event", "Quote mailed"),
        "order_mailed": pgettext("event", "Order mailed"),
        "invoice_mailed": pgettext("event", "Invoice mailed"),
        "quote_seen": _("Quote opened by the customer"),
        "quote_replaced": _("Quote replaced"),
        "quote_accepted": _("Quote accepted"),
        "quote_signed": _("Quote signed by the customer"),
        "quote_declined": _("Quote declined"),
        "order_confirmed": _("Order confirmed"),
        "order_reopened": _("Order opened again"),
        "order_cancelled": _("Order cancelled"),
        "order_billed": _("Order billed"),
        "claim_approved": _("Warranty claim approved"),
        "claim_refused": _("Warranty claim refused"),
        "claim_ordered": _("Replacement ordered for a warranty claim"),
        "claim_settled": _("Warranty claim settled"),
        "claim_reopened": _("Warranty claim opened again"),
        "maintenance_planned": _("Maintenance visit planned"),
        "invoice_issued": _("Invoice issued"),
        "invoice_settled": _("Invoice settled"),
        "invoice_credited": _("Invoice credited"),
        "contract_signed": pgettext("event", "Contract signed"),
        "contract_ended": pgettext("event", "Contract ended"),
        "contract_renewed": pgettext("event", "Contract renewed"),
        "contract_expired": pgettext("event", "Contract expired"),
        "renewal_prepared": pgettext("event", "Renewal prepared"),
        "obligation_done": pgettext("event", "Obligation done"),
        "obligation_open": pgettext("event", "Obligation taken up again"),
        "window_deal": pgettext("event", "Deal made of an incumbent contract"),
        "numbers_added": pgettext("event", "Numbers added to a call list"),
    }


def _of_the_team() -> dict[str, str]:
    """Boards and pay."""
    return {
        "board joined": _("Joined the board"),
        "board left": _("Left the board"),
        "thanked": _("Colleague thanked"),
        "contest_settled": _("Contest settled"),
        "commission_reckoned": _("Commission statement reckoned"),
        "commission_submitted": _("Commission statement submitted"),
        "commission_sent_back": _("Commission statement sent back"),
        "commission_approved": _("Commission statement approved"),
        "commission_paid": _("Commission paid out"),
    }


def _of_offers() -> dict[str, str]:
    """Suggested products and promotions."""
    return {
        "suggestion_accepted": _("Suggested product accepted"),
        "suggestion_rejected": _("Suggested product rejected"),
        "promotion_customers": _("Customers added to a promotion"),
        "promotion_started": _("Promotion started"),
        "promotion_ended": _("Promotion ended"),
        "promotion_measured": _("Promotion measured"),
        "promotion_applied": _("Promotion applied"),
        "promotion_used": _("Promotion applied to a document"),
    }


def _of_partners() -> dict[str, str]:
    return {
        "registration_approved": _("Customer protected for a partner"),
        "registration_refused": _("Deal registration refused"),
        "registration_extended": _("Protection extended"),
        "registration_expired": _("Protection ended"),
        "lead_shared": _("Lead shared with a partner"),
        "share_accepted": _("Shared lead accepted"),
        "share_declined": _("Shared lead declined"),
        "share_won": _("Shared lead won"),
        "share_lost": _("Shared lead came to nothing"),
        "share_withdrawn": _("Shared lead taken back"),
        "share_progressed": _("Progress of a shared lead noted"),
        "document_withdrawn": _("Document withdrawn from partners"),
        "document_shared": _("Document shared with partners again"),
        "document_told": _("Partners told of a document by mail"),
        "document_downloaded": _("Document downloaded by a partner"),
        "portal_invited": _("Invited into the portal"),
        "portal_revoked": _("Access to the portal ended"),
        "portal_entered": _("Signed in to the portal"),
        "portal_left": _("Signed out of the portal"),
        "portal_code_wrong": _("Wrong code in the portal"),
    }


def _of_the_workspace() -> dict[str, str]:
    """Who belongs to it and may do what, how it is set up, what its data is held to."""
    return {
        "invited": _("Invitation sent"),
        "joined": pgettext("event", "Joined"),
        "role given": _("Role given"),
        "role taken": _("Role taken away"),
        "team joined": _("Added to a team"),
        "team left": _("Taken out of a team"),
        "deactivated": pgettext("event", "Deactivated"),
        "reactivated": pgettext("event", "Reactivated"),
        "role added": _("Role added"),
        "role changed": _("Role changed"),
        "settings changed": _("Settings changed"),
        "field added": _("Field added"),
        "field changed": _("Field changed"),
        "fields ordered": _("Fields put in order"),
        "field purged": _("Field deleted for ever"),
        "purged": _("Deleted for ever"),
        "record type added": _("Record type added"),
        "record type changed": _("Record type changed"),
        "record types ordered": _("Record types put in order"),
        "token made": _("API token made"),
        "token revoked": _("API token revoked"),
        "signed in": _("Signed in"),
        "sign-in failed": _("Sign-in failed"),
        "operation undone": _("Many changes undone"),
        "merge ended": _("Merge ended"),
        "merge undone": _("Merge undone"),
        "quality plan changed": _("What counts for data quality changed"),
        "validation rule added": _("Validation rule added"),
        "validation rule changed": _("Validation rule changed"),
        "validation rule removed": _("Validation rule removed"),
    }


def _beside_records() -> dict[str, str]:
    """What happens to the small rows of a record, its files and its work."""
    return {
        "approval_asked": _("Approval asked"),
        "approval_given": pgettext("approval", "Approved"),
        "approval_refused": pgettext("approval", "Refused"),
        "approval_withdrawn": _("Request for approval withdrawn"),
        "part_given": _("Part in a deal given"),
        "assigned": _("Given by a rule"),
        "commission_written": _("Commission of a partner written"),
        "territory_moved": _("Moved between territories"),
        "question_added": _("Field added to a form"),
        "question_removed": _("Field taken out of a form"),
        "questions_ordered": _("Fields of a form put in order"),
        "released": _("Taken as a lead"),
        "rejected": pgettext("event", "Rejected"),
        "part_taken": _("Part in a deal taken away"),
        "competitor_added": _("Competitor added"),
        "competitor_removed": _("Competitor taken away"),
        "credit_split": _("Credit for a deal split"),
        "renewed": pgettext("event", "Renewed"),
        "lead_converted": _("Lead converted into this"),
        "lead_parted": _("Conversion of a lead taken back"),
        "party_stayed": _("Stayed when a conversion was taken back"),
        "deal_stayed": _("Deal stayed when a conversion was taken back"),
        "contact_added": _("Way of contact added"),
        "contact_removed": _("Way of contact removed"),
        "related": _("Relation added"),
        "relation_ended": _("Relation ended"),
        "role_given": _("Role of a party given"),
        "role_ended": _("Role of a party ended"),
        "fact_added": _("Fact noted"),
        "fact_removed": _("Fact removed"),
        "date_added": _("Important date added"),
        "date_removed": _("Important date removed"),
        "told_apart": _("Told apart from a record like it"),
        "apart_undone": _("No longer told apart"),
        "merged": _("Merged into another record"),
        "parted": _("Merge taken back"),
        "merge rules": _("Rules for merging without asking"),
        "file_added": _("File added"),
        "file_removed": _("File removed"),
        "completed": _("Completed"),
        "cancelled": pgettext("event", "Cancelled"),
        "snoozed": _("Put off"),
        "reminder": _("Reminder sent"),
    }


def doors() -> dict[str, str]:
    return {
        "page": _("Page"),
        "api": _("API"),
        "form": _("Form"),
        "mail": _("E-mail"),
        "import": _("Import"),
        "bulk": _("Bulk"),
        "automation": _("Rule"),
        "job": _("Job"),
        "demo": _("Sample"),
        "system": _("System"),
        "portal": _("Portal"),
    }


def entity_label(slug: str) -> str:
    own = {
        "workspace": _("Settings"),
        "roles": _("Roles"),
        "tokens": _("API tokens"),
        "session": _("Signing in"),
    }
    return str(registry[slug].name) if slug in registry else own.get(slug, slug)


def field_label(entity: str, name: str) -> str:
    if entity == "roles" and "." in name:
        slug, part = name.split(".", 1)
        noun = registry.get(slug)
        if part == "layout":
            return f"{noun.plural if noun else _('Menu')}: {_('Layout')}"
        label = VERB_LABELS.get(part) or (noun.fields[part].label if noun and part in noun.fields else part)
        return f"{noun.plural if noun else slug}: {label}"
    if entity == "workspace":
        return str(Workspace._meta.get_field(name).verbose_name)
    if name.endswith(".weight"):
        noun, weighed = registry.get(entity), name.removesuffix(".weight")
        return str(noun.fields[weighed].label if noun and weighed in noun.fields else weighed)
    words = {
        "formula": _("Condition"),
        "message": _("Message in Arabic"),
        "message_en": _("Message in English"),
        "refuses": _("Refuses to save"),
        "active": _("Active"),
        "stale_days": _("Stale after days"),
        "label": _("Name in Arabic"),
        "label_en": _("Name in English"),
        "help": _("Help"),
        "required": _("Required"),
        "choices": _("Choices"),
        "rule": _("Formula or roll-up"),
        "purged_at": _("Deleted for ever"),
        "deleted_at": _("Hidden"),
        "group": _("Group in Arabic"),
        "group_en": _("Group in English"),
        "unique": _("No two records alike"),
        "default": _("Default"),
        "in_list": _("A column of the list"),
        "in_quick": _("In the short form"),
        "in_diary": _("In everybody's calendar"),
        "total": _("In totals"),
        "plural": _("Plural in Arabic"),
        "plural_en": _("Plural in English"),
        "icon": _("Icon"),
        "name": _("Name"),
        "name_en": _("Name in English"),
    }
    return words.get(name, name)


def plain_value(entity: str, name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if entity == "roles" and "." in name:
        levels = {"hidden": _("Hidden"), "read": _("Read only"), "write": _("Read and write")}
        parts = {"page": _("Page and form"), "columns": _("Columns of the list"), "quick": _("Short form")}
        known = levels | parts | {"menu": _("Menu")}
        return str(REACH_NAMES[value].label if value in REACH_NAMES else known.get(value, value))
    if isinstance(value, list):
        return listed(item.get("label", "") if isinstance(item, dict) else item for item in value)[:120]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)[:120]
