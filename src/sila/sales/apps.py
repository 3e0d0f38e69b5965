from sila.platform.kit import apps


class SalesConfig(apps.App):
    name = "sila.sales"
    label = "sales"
    tables = (
        "lines.models",
        "leads.models",
        "leads.assigning.models",
        "leads.capture.models",
        "leads.scoring.models",
        "deal_lines.models",
        "quotes.models",
        "orders.models",
        "invoices.models",
        "contracts.models",
        "windows.models",
        "calling.models",
        "assets.models",
        "partners.models",
        "partners.portal.models",
        "phone.models",
    )
    nouns = (
        "leads.assigning.entities",
        "leads.capture.entities",
        "leads.scoring.entities",
        "leads.entities",
        "entities",
        "lines.entities",
        "quotes.entities",
        "deal_lines.entities",
        "orders.entities",
        "invoices.entities",
        "contracts.entities",
        "windows.entities",
        "calling.entities",
        "assets.entities",
        "partners.entities",
        "partners.portal.entities",
    )
    joins = (
        "today",  # deals join a person's day
        "visiting",  # whom to visit
        "deal_lines.merging",  # whose products two deals keep that become one
        "funnel.views",  # links over lists, here and below
        "leads.assigning.views",
        "partners.views",
        "windows.views",
        "leads.capture.telling",  # a kind of notification
        "leads.asked",  # leads join typed questions
        "leads.scoring.work",  # its jobs
        "partners.portal.letters",  # its mails
        "partners.portal.notices",
        "partners.portal.telling",
        "purchases.panels",  # on the pages of customers
    )
