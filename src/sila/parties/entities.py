"""People, companies and groups, and all of them together."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties import crowd
from sila.parties.details import DETAILS_OF_COMPANIES, DETAILS_OF_PEOPLE
from sila.parties.duplicate_queue import flags_of
from sila.parties.duplicate_search import look_again
from sila.parties.duplicates import SLUGS, duplicates_of_organizations, duplicates_of_people
from sila.parties.models import Party
from sila.parties.panels import organization_panels, person_panels
from sila.parties.reachable import follow_first_way
from sila.parties.rules import derive_names, mirror_contact_points, refuse_circles, tidy_numbers
from sila.parties.territories.placing import keep_chosen, placing
from sila.platform.entities.registry import Entity, Related, register

REACH = ("phone", "email", "street", "district", "city", "country", "coordinates")
STANDING = ("lifecycle", "relationship", "territory", "tags", "about")

TONES = {
    "lifecycle": {"lead": "1", "prospect": "6", "customer": "ok"},
    "relationship": {"new": "1", "growing": "ok", "steady": "ok", "cooling": "warn"},
    "tags": {"sensitive": "warn"},
}

parties = register(
    Entity(
        model=Party,
        slug="parties",
        icon="address-book",
        creatable=False,
        sort="name",
        subtitle="city",
        tones=TONES,
        told_apart=("organization", "city", "phone"),
        columns=("name", "kind", "phone", "email", "city", "owner"),
        sections={
            pgettext_lazy("label", "Party"): ("name", "name_latin", "kind"),
            _("Contact"): REACH,
            _("Standing"): STANDING,
        },
        filters=("kind", "city", "lifecycle", "territory", "tags", "owner", "created_at"),
        search=("name", "name_latin", "phone", "email"),
        keys=("name", "email", "phone", "name_latin"),
        narrow=lambda row: SLUGS[row["kind"] if isinstance(row, dict) else row.kind],
    )
)

people = register(
    Entity(
        model=Party,
        slug="people",
        together=True,
        icon="user",
        label=_("Person"),
        label_plural=_("People"),
        menu=_("Sales"),
        where={"kind": "person"},
        slice_of="parties",
        sort="name",
        subtitle="job_title",
        told_apart=("organization", "job_title", "city", "phone"),
        board_by="lifecycle",
        tones=TONES,
        columns=("name", "organization", "job_title", "phone", "email", "city", "lifecycle", "owner"),
        sections={
            pgettext_lazy("label", "Person"): (
                "name",
                "name_latin",
                "honorific",
                "given",
                "father",
                "grandfather",
                "family",
            ),
            _("Work"): ("organization", "job_title"),
            _("Contact"): REACH,
            _("Standing"): STANDING,
            _("Personal"): ("gender", "birth_date", "nationality", "language"),
        },
        filters=(
            "organization",
            "city",
            "lifecycle",
            "relationship",
            "territory",
            "tags",
            "job_title",
            "birth_date",
            "owner",
            "org_unit",
            "created_at",
            "updated_at",
        ),
        search=("name", "name_latin", "phone", "email", "job_title"),
        quick=("name", "organization", "phone", "email"),
        keys=("email", "phone", "name", "name_latin"),
        match=("email", ("phone", "name")),
        rules=(derive_names, keep_chosen),
        effects=(mirror_contact_points, follow_first_way, look_again, placing("people")),
        duplicates=duplicates_of_people,
        crowd=crowd.people,
        details=DETAILS_OF_PEOPLE,
        flags=flags_of,
        panel_data=person_panels,
    )
)

organizations = register(
    Entity(
        model=Party,
        slug="organizations",
        together=True,
        icon="building",
        label=_("Company"),
        label_plural=_("Companies"),
        menu=_("Sales"),
        where={"kind": "organization"},
        slice_of="parties",
        sort="name",
        subtitle="industry",
        told_apart=("city", "industry", "phone"),
        board_by="lifecycle",
        tones=TONES,
        columns=("name", "industry", "phone", "email", "city", "lifecycle", "owner"),
        sections={
            pgettext_lazy("label", "Company"): (
                "name",
                "name_latin",
                "legal_name",
                "industry",
                "size",
                "website",
                "parent",
            ),
            _("Registers"): ("cr_number", "vat_number"),
            _("Contact"): REACH,
            _("Standing"): STANDING,
        },
        filters=(
            "industry",
            "city",
            "country",
            "size",
            "lifecycle",
            "relationship",
            "territory",
            "tags",
            "parent",
            "owner",
            "org_unit",
            "created_at",
            "updated_at",
        ),
        search=("name", "name_latin", "legal_name", "phone", "email", "cr_number", "vat_number"),
        quick=("name", "phone", "email", "city"),
        keys=("name", "legal_name", "cr_number", "vat_number", "email", "name_latin"),
        match=("name",),
        rules=(derive_names, tidy_numbers, refuse_circles, keep_chosen),
        effects=(mirror_contact_points, follow_first_way, look_again, placing("organizations")),
        duplicates=duplicates_of_organizations,
        crowd=crowd.organizations,
        related=(Related("people", "organization", _("People")),),
        details=DETAILS_OF_COMPANIES,
        flags=flags_of,
        panel_data=organization_panels,
    )
)

groups = register(
    Entity(
        model=Party,
        slug="groups",
        together=True,
        icon="users-group",
        label=_("Group"),
        label_plural=_("Groups"),
        where={"kind": "group"},
        slice_of="parties",
        sort="name",
        tones=TONES,
        told_apart=("city", "phone"),
        columns=("name", "phone", "city", "owner"),
        sections={
            pgettext_lazy("label", "Group"): ("name", "name_latin"),
            _("Contact"): REACH,
            _("Standing"): STANDING,
        },
        filters=("city", "territory", "tags", "owner", "created_at"),
        search=("name", "name_latin", "phone", "email"),
        quick=("name", "phone"),
        keys=("name", "name_latin"),
        match=(),
        rules=(derive_names, keep_chosen),
        effects=(mirror_contact_points, follow_first_way, placing("groups")),
        details=DETAILS_OF_PEOPLE,
        panel_data=person_panels,
    )
)
