# ruff: noqa: E501  (tables of columns)
"""The export files of other programs, recognised by their columns, and what those columns mean here.

A column that is not named is guessed as in any other file; "" leaves out what would be guessed wrongly. `#` stands for
a number. Of two columns with one meaning the first fills the field, the other is a further value of it.

A cell that cannot be read, such as an owner who is no colleague here, leaves out the cell and not the row (Mapping.bad_cells).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sila.platform.entities.importing.guessing import column_key
from sila.platform.entities.importing.targets import MORE


@dataclass(frozen=True)
class Export:
    program: str
    entity: str
    signs: tuple[str, ...]  # columns that such a file has; "a|b": one of these
    columns: Mapping[str, str]  # column -> target
    external_id: str = ""  # the column with the program's own id
    dates: str = ""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # columns that such a file has not

    @property
    def source(self) -> str:
        """What ids of this program are kept under."""
        return re.sub(r"\W+", "-", self.program.lower())

    def fits(self, keys: set[str]) -> bool:
        if any(column_key(name) in keys for name in self.without):
            return False
        return all(any(column_key(name) in keys for name in sign.split("|")) for sign in self.signs)

    def targets(self, header: Iterable[str]) -> dict[str, str]:
        """The columns of the file that the program means something by -> target."""
        meant = {column_key(name): target for name, target in self.columns.items() if "#" not in name}
        numbered = {
            re.compile(re.escape(column_key(name.replace("#", "0"))).replace("0", r"(\d+)")): target
            for name, target in self.columns.items()
            if "#" in name
        }
        found: dict[str, str] = {}
        for column in header:
            key = column_key(column)
            target = meant.get(key)
            for pattern, meaning in numbered.items():
                target = meaning if pattern.fullmatch(key) else target
            if target is not None:
                found[column] = _or_more(target) if target in found.values() else target
        return found


def _or_more(target: str) -> str:
    """What the second column of one meaning becomes: a further value, where there can be any."""
    return f"{MORE}{target}" if target in ("phone", "email") else ""


def recognise(entity: str, header: Iterable[str]) -> Export | None:
    """The program that wrote a file with these columns; of several the one that asks for most of them."""
    keys = {column_key(column) for column in header}
    fitting = [export for export in EXPORTS if export.entity == entity and export.fits(keys)]
    return max(fitting, key=lambda export: len(export.signs), default=None)


_HUBSPOT_LIFE = {
    "Subscriber": "lead", "Marketing Qualified Lead": "lead", "Sales Qualified Lead": "prospect",
    "Opportunity": "prospect", "Evangelist": "customer", "Other": "lead",
}  # fmt: skip
_ADDRESS_BOOK = {
    "Notes": "about", "Birthday": "birth_date", "Nickname": "", "Photo": "", "File As": "", "Gender": "",
    "Language": "", "Location": "", "Subject": "", "Name Suffix": "", "Suffix": "",
}  # fmt: skip
_OUTLOOK_NO_DAY = {"Birthday": {"0/0/00": ""}, "تاريخ الميلاد": {"0/0/00": ""}}

EXPORTS = (
    # ---- address cards, as sila.platform.kit.cards reads them --------------------------------------
    Export(
        "vCard", "people", ("Card of", "Name", "First name"),
        {
            "Name": "name", "Prefix": "honorific", "First name": "given", "Middle name": "father", "Last name": "family",
            "Company": "organizations.name", "Job title": "job_title", "Phone": "phone", "E-mail": "email", "Fax": "",
            "Street": "street", "Neighbourhood": "district", "City": "city", "Country": "country", "Birthday": "birth_date",
            "Note": "about", "Website": "", "Card of": "",
        },
        dates="ymd", only={"Card of": "person"},
    ),
    Export(
        "vCard", "organizations", ("Card of", "Name", "First name"),
        {
            "Name": "name", "Phone": "phone", "E-mail": "email", "Street": "street", "Neighbourhood": "district",
            "City": "city", "Country": "country", "Note": "about", "Website": "website", "Prefix": "", "First name": "",
            "Middle name": "", "Last name": "", "Company": "", "Job title": "", "Birthday": "", "Fax": "", "Card of": "",
        },
        dates="ymd", only={"Card of": "company"},
    ),
    # ---- HubSpot -----------------------------------------------------------------------------------
    Export(
        "HubSpot", "people", ("Record ID", "First Name", "Last Name", "Contact owner|Associated Company|Lead Status"),
        {
            "First Name": "given", "Last Name": "family", "Email": "email", "Phone Number": "phone",
            "Mobile Phone Number": "+phone", "Job Title": "job_title", "Associated Company": "organizations.name",
            "Company Name": "organizations.name", "Contact owner": "owner", "City": "city", "Country/Region": "country",
            "Street Address": "street", "Lifecycle Stage": "lifecycle", "Lead Status": "", "Associated Company IDs": "",
            "Website URL": "", "Date of birth": "birth_date", "Preferred language": "", "Industry": "",
        },
        external_id="Record ID", dates="ymd", values={"Lifecycle Stage": _HUBSPOT_LIFE},
    ),
    Export(
        "HubSpot", "organizations", ("Record ID", "Company name", "Company owner|Company Domain Name"),
        {
            "Company name": "name", "Company owner": "owner", "Phone Number": "phone", "City": "city",
            "Country/Region": "country", "Street Address": "street", "Company Domain Name": "website", "Website URL": "",
            "Industry": "industry", "Description": "about", "Number of Employees": "", "Lifecycle Stage": "lifecycle",
        },
        external_id="Record ID", dates="ymd", values={"Lifecycle Stage": _HUBSPOT_LIFE},
    ),
    Export(
        "HubSpot", "opportunities", ("Record ID", "Deal Name", "Deal Stage"),
        {
            "Deal Name": "name", "Deal Stage": "stage", "Pipeline": "pipeline", "Deal owner": "owner", "Amount": "amount",
            "Currency": "currency", "Close Date": "expected_close", "Create Date": "opened_on",
            "Associated Company": "organizations.name", "Associated Contact": "people.name",
            "Deal Description": "description", "Next step": "next_step", "Deal probability": "",
            "Associated Contact IDs": "", "Associated Company IDs": "", "Amount in company currency": "",
        },
        external_id="Record ID", dates="ymd",
    ),
    # ---- Salesforce: reports, then the files of the data loader ------------------------------------
    Export(
        "Salesforce", "people", ("First Name", "Last Name", "Account Name", "Mailing City|Mailing Street|Account Owner"),
        {
            "Salutation": "honorific", "First Name": "given", "Middle Name": "father", "Last Name": "family",
            "Title": "job_title", "Account Name": "organizations.name", "Email": "email", "Mobile": "phone",
            "Phone": "+phone", "Mailing Street": "street", "Mailing City": "city", "Mailing Country": "country",
            "Contact Owner": "owner", "Account Owner": "", "Birthdate": "birth_date", "Description": "about",
        },
    ),
    Export(
        "Salesforce", "organizations", ("Account Name", "Account Owner", "Type|Billing City|Billing State/Province|Rating"),
        {
            "Account Name": "name", "Account Owner": "owner", "Phone": "phone", "Website": "website", "Industry": "industry",
            "Billing Street": "street", "Billing City": "city", "Billing Country": "country", "Description": "about",
            "Parent Account": "parent", "Employees": "", "Type": "",
        },
    ),
    Export(
        "Salesforce", "opportunities", ("Opportunity Name", "Stage", "Account Name", "Close Date"),
        {
            "Opportunity Name": "name", "Account Name": "organizations.name", "Stage": "stage", "Amount": "amount",
            "Amount Currency": "currency", "Close Date": "expected_close", "Created Date": "opened_on",
            "Opportunity Owner": "owner", "Probability (%)": "probability", "Next Step": "next_step",
            "Expected Revenue": "", "Type": "", "Lead Source": "", "Age": "", "Owner Role": "", "Fiscal Period": "",
        },
    ),
    Export(
        "Salesforce", "people", ("Id", "AccountId", "LastName", "FirstName"),
        {
            "Salutation": "honorific", "FirstName": "given", "MiddleName": "father", "LastName": "family", "Name": "name",
            "AccountId": "organization", "Title": "job_title", "Email": "email", "MobilePhone": "phone", "Phone": "+phone",
            "HomePhone": "+phone", "OtherPhone": "+phone", "MailingStreet": "street", "MailingCity": "city",
            "MailingCountry": "country", "Birthdate": "birth_date", "Description": "about", "OwnerId": "",
        },
        external_id="Id", dates="ymd",
    ),
    Export(
        "Salesforce", "organizations", ("Id", "Name", "BillingCity|BillingStreet|NumberOfEmployees"),
        {
            "Name": "name", "Phone": "phone", "Website": "website", "Industry": "industry", "BillingStreet": "street",
            "BillingCity": "city", "BillingCountry": "country", "Description": "about", "ParentId": "parent",
            "OwnerId": "", "NumberOfEmployees": "", "Type": "",
        },
        external_id="Id", dates="ymd",
    ),
    Export(
        "Salesforce", "opportunities", ("Id", "AccountId", "Name", "StageName", "CloseDate"),
        {
            "Name": "name", "AccountId": "party", "StageName": "stage", "Amount": "amount", "Probability": "probability",
            "CurrencyIsoCode": "currency", "CloseDate": "expected_close", "Description": "description",
            "NextStep": "next_step", "ContactId": "contact", "OwnerId": "", "Type": "", "LeadSource": "",
        },
        external_id="Id", dates="ymd",
    ),
    # ---- Pipedrive ---------------------------------------------------------------------------------
    Export(
        "Pipedrive", "people", ("Person - Name|Person - First name",),
        {
            "Person - Name": "name", "Person - First name": "given", "Person - Last name": "family",
            "Person - Organization": "organizations.name", "Person - Owner": "owner", "Person - Job title": "job_title",
            "Person - Email": "email", "Person - Email - Work": "email", "Person - Email - Home": "+email",
            "Person - Email - Other": "+email", "Person - Phone": "phone", "Person - Phone - Mobile": "+phone",
            "Person - Phone - Work": "phone", "Person - Phone - Home": "+phone", "Person - Phone - Other": "+phone",
            "Person - Birthday": "birth_date", "Person - Notes": "about",
        },
        external_id="Person - ID", dates="ymd",
    ),
    Export(
        "Pipedrive", "organizations", ("Organization - Name",),
        {
            "Organization - Name": "name", "Organization - Owner": "owner", "Organization - Address": "street",
            "Organization - City/town/village/locality of Address": "city", "Organization - Country of Address": "country",
            "Organization - Website": "website", "Organization - Industry": "industry", "Organization - Phone": "phone",
        },
        external_id="Organization - ID", dates="ymd",
    ),
    Export(
        "Pipedrive", "opportunities", ("Deal - Title",),
        {
            "Deal - Title": "name", "Deal - Value": "amount", "Deal - Currency of Value": "currency",
            "Deal - Organization": "organizations.name", "Deal - Contact person": "people.name", "Deal - Stage": "stage",
            "Deal - Pipeline": "pipeline", "Deal - Owner": "owner", "Deal - Expected close date": "expected_close",
            "Deal - Probability": "probability", "Deal - Deal created": "opened_on", "Deal - Status": "",
            "Person - Email - Work": "people.email", "Person - Phone - Work": "people.phone",
        },
        external_id="Deal - ID", dates="ymd",
    ),
    # ---- Zoho --------------------------------------------------------------------------------------
    Export(
        "Zoho CRM", "people", ("Record Id|Contact Id", "Contact Owner", "Last Name", "Account Name"),
        {
            "Salutation": "honorific", "First Name": "given", "Last Name": "family", "Account Name": "organizations.name",
            "Email": "email", "Secondary Email": "+email", "Title": "job_title", "Mobile": "phone", "Phone": "+phone",
            "Home Phone": "+phone", "Other Phone": "+phone", "Mailing Street": "street", "Mailing City": "city",
            "Mailing Country": "country", "Date of Birth": "birth_date", "Description": "about", "Contact Owner": "owner",
        },
        external_id="Record Id", dates="ymd",
    ),
    Export(
        "Zoho CRM", "organizations", ("Record Id|Account Id", "Account Owner", "Account Name"),
        {
            "Account Name": "name", "Account Owner": "owner", "Phone": "phone", "Website": "website", "Industry": "industry",
            "Parent Account": "parent", "Billing Street": "street", "Billing City": "city", "Billing Country": "country",
            "Description": "about", "Employees": "", "Account Type": "",
        },
        external_id="Record Id", dates="ymd",
    ),
    Export(
        "Zoho CRM", "opportunities", ("Record Id|Deal Id|Potential Id", "Deal Name", "Stage", "Closing Date"),
        {
            "Deal Name": "name", "Deal Owner": "owner", "Amount": "amount", "Currency": "currency", "Stage": "stage",
            "Closing Date": "expected_close", "Account Name": "organizations.name", "Contact Name": "people.name",
            "Probability (%)": "probability", "Next Step": "next_step", "Description": "description",
            "Pipeline": "pipeline", "Expected Revenue": "", "Type": "", "Lead Source": "",
        },
        external_id="Record Id", dates="ymd",
    ),
    # ---- Odoo: contacts of both kinds stand in one file --------------------------------------------
    Export(
        "Odoo", "people", ("Is a Company|is_company", "Name|name|Display Name|Complete Name", "Email|email|Phone|phone"),
        {
            "Name": "name", "Complete Name": "name", "Email": "email", "Phone": "phone", "Mobile": "+phone", "Street": "street",
            "City": "city", "Country": "country", "country_id": "country", "Job Position": "job_title",
            "function": "job_title", "Related Company": "organizations.name", "parent_id": "organizations.name",
            "Salesperson": "owner", "user_id": "owner", "Notes": "about", "comment": "about", "Tax ID": "",
            "Company": "", "Tags": "", "Title": "honorific", "Website": "",
        },
        external_id="External ID",
        only={"Is a Company": "False|0|لا|FALSE", "is_company": "False|0|لا|FALSE"},
    ),
    Export(
        "Odoo", "organizations", ("Is a Company|is_company", "Name|name|Display Name|Complete Name"),
        {
            "Name": "name", "Complete Name": "name", "Email": "email", "Phone": "phone", "Mobile": "+phone", "Street": "street",
            "City": "city", "Country": "country", "country_id": "country", "Website": "website", "Website Link": "website",
            "Tax ID": "vat_number", "vat": "vat_number", "Salesperson": "owner", "user_id": "owner", "Notes": "about",
            "comment": "about", "Related Company": "", "parent_id": "", "Company": "", "Tags": "", "Industry": "industry",
        },
        external_id="External ID",
        only={"Is a Company": "True|1|نعم|TRUE", "is_company": "True|1|نعم|TRUE"},
    ),
    Export(
        "Odoo", "opportunities", ("Opportunity", "Stage", "Expected Revenue|Expected Closing|Salesperson|Sales Team"),
        {
            "Opportunity": "name", "Customer": "organizations.name", "Contact Name": "people.name", "Stage": "stage",
            "Expected Revenue": "amount", "Expected Closing": "expected_close", "Probability": "probability",
            "Salesperson": "owner", "Notes": "description", "Created on": "opened_on", "Email": "organizations.email",
            "Phone": "organizations.phone", "Sales Team": "", "Company": "", "Tags": "", "Company Name": "",
        },
        external_id="External ID",
    ),
    Export(  # leads that no customer was made of yet: the company is a text, the address that of the person
        "Odoo", "opportunities", ("Opportunity", "Stage", "Contact Name", "Company Name"),
        {
            "Opportunity": "name", "Company Name": "organizations.name", "Contact Name": "people.name", "Stage": "stage",
            "Expected Revenue": "amount", "Expected Closing": "expected_close", "Probability": "probability",
            "Salesperson": "owner", "Notes": "description", "Created on": "opened_on", "Email": "people.email",
            "Phone": "people.phone", "Company Phone": "organizations.phone", "Sales Team": "", "Company": "", "Tags": "",
        },
        external_id="External ID", without=("Customer",),
    ),
    # ---- address books -----------------------------------------------------------------------------
    Export(
        "Google Contacts", "people", ("First Name", "E-mail 1 - Label|Phone 1 - Label|Labels", "Organization Name|Name Prefix"),
        {
            **_ADDRESS_BOOK, "Name Prefix": "honorific", "First Name": "given", "Middle Name": "father",
            "Last Name": "family", "Organization Name": "organizations.name", "Organization Title": "job_title",
            "E-mail # - Value": "email", "Phone # - Value": "phone", "Address 1 - Street": "street",
            "Address 1 - City": "city", "Address 1 - Country": "country", "Labels": "", "Organization Department": "",
        },
        dates="ymd",
    ),
    Export(
        "Google Contacts", "people", ("Name", "Given Name", "Family Name", "E-mail 1 - Value|Phone 1 - Value|Group Membership"),
        {
            **_ADDRESS_BOOK, "Name": "name", "Name Prefix": "honorific", "Given Name": "given",
            "Additional Name": "father", "Family Name": "family", "Organization 1 - Name": "organizations.name",
            "Organization 1 - Title": "job_title", "E-mail # - Value": "email", "Phone # - Value": "phone",
            "Address 1 - Street": "street", "Address 1 - City": "city", "Address 1 - Country": "country",
            "Group Membership": "", "Initials": "", "Short Name": "", "Maiden Name": "", "Occupation": "",
        },
        dates="ymd",
    ),
    Export(
        "Outlook", "people", ("First Name", "Last Name", "E-mail Address", "Business Phone|Mobile Phone|Home Phone"),
        {
            **_ADDRESS_BOOK, "Title": "honorific", "First Name": "given", "Middle Name": "father", "Last Name": "family",
            "Company": "organizations.name", "Job Title": "job_title", "E-mail Address": "email",
            "E-mail 2 Address": "+email", "E-mail 3 Address": "+email", "Mobile Phone": "phone",
            "Business Phone": "+phone", "Business Phone 2": "+phone", "Home Phone": "+phone", "Home Phone 2": "+phone",
            "Other Phone": "+phone", "Primary Phone": "+phone", "Business Street": "street", "Business City": "city",
            "Business Country/Region": "country", "Business Country": "country", "Web Page": "", "Account": "",
            "Company Main Phone": "organizations.phone",
        },
        values=_OUTLOOK_NO_DAY,
    ),
    Export(
        "Outlook", "people", ("الاسم الأول", "اسم العائلة", "عنوان البريد الإلكتروني", "هاتف العمل|الهاتف الجوال|هاتف المنزل"),
        {
            "اللقب": "honorific", "الاسم الأول": "given", "الاسم الأوسط": "father", "اسم العائلة": "family",
            "الشركة": "organizations.name", "اللقب المهني": "job_title", "عنوان البريد الإلكتروني": "email",
            "عنوان البريد الإلكتروني 2": "+email", "عنوان البريد الإلكتروني 3": "+email", "الهاتف الجوال": "phone",
            "هاتف العمل": "+phone", "هاتف العمل 2": "+phone", "هاتف المنزل": "+phone", "هاتف المنزل 2": "+phone",
            "هاتف آخر": "+phone", "الهاتف الأساسي": "+phone", "شارع العمل": "street", "مدينة العمل": "city",
            "بلد العمل/المنطقة": "country", "ملاحظات": "about", "تاريخ الميلاد": "birth_date", "صفحة ويب": "",
            "الهاتف الرئيسي للشركة": "organizations.phone", "الجنس": "", "الموقع": "", "الحساب": "", "المهنة": "",
        },
        values=_OUTLOOK_NO_DAY,
    ),
)  # fmt: skip
