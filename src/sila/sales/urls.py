"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.sales import views
from sila.sales.calling import views as calling
from sila.sales.deal_lines.rules import WORK as DEALS
from sila.sales.funnel import views as funnel
from sila.sales.invoices import paper as invoice_paper
from sila.sales.invoices.rules import WORK as INVOICES
from sila.sales.leads.assigning.views import preview
from sila.sales.leads.cards.views import card
from sila.sales.lines import views as lines
from sila.sales.orders import paper as order_paper
from sila.sales.orders.rules import WORK as ORDERS
from sila.sales.partners import document_card
from sila.sales.partners import papers as partner_papers
from sila.sales.partners.portal import card as portal_card
from sila.sales.partners.views import page as channels
from sila.sales.phone import views as phone
from sila.sales.purchases import views as purchases
from sila.sales.quotes import paper as quote_paper
from sila.sales.quotes import views as quotes
from sila.sales.quotes.rules import WORK as QUOTES
from sila.sales.windows import views as windows

app_name = "sales"
urlpatterns = [
    path("funnel/", funnel.page, name="funnel"),
    path("funnel/deals", funnel.deals, name="funnel-deals"),
    path("channels/", channels, name="channels"),
    path("partner/<uuid:partner_id>/portal", portal_card.shown, name="portal-card"),
    path("partner/<uuid:partner_id>/commission", partner_papers.shown, name="partner-commission"),
    path("partner/<uuid:partner_id>/documents", document_card.shown, name="partner-documents"),
    path("partner/<uuid:partner_id>/statement", partner_papers.statement, name="partner-statement"),
    path("deal/<uuid:deal_id>/parts", views.add_part, name="add-part"),
    path("deal/part/<uuid:part_id>/remove", views.remove_part, name="remove-part"),
    *(
        path(
            f"{work.path}/<uuid:paper_id>/{tail}",
            view,
            {"work": work},
            name=f"{work.path}-{tail.replace('/', '-')}",
        )
        for work in (DEALS, QUOTES, ORDERS, INVOICES)
        for tail, view in (("lines", lines.edit), ("lines/try", lines.attempt), ("lines/step", lines.step))
    ),
    *(
        path(
            f"{work.path}/<uuid:paper_id>/pdf",
            lines.pdf,
            {"work": work, "printed": printed},
            name=f"{work.path}-pdf",
        )
        for work, printed in ((QUOTES, quote_paper), (ORDERS, order_paper), (INVOICES, invoice_paper))
    ),
    path("quote/<uuid:quote_id>/link", quotes.new_link, name="quote-link"),
    path("purchases/<uuid:party_id>/", purchases.page, name="purchases"),
    path("purchases/<uuid:party_id>/card", purchases.shown, name="purchases-card"),
    path("windows/", windows.page, name="windows"),
    path("windows/people", windows.people, name="windows-people"),
    path("windows/defaults", windows.edit_defaults, name="windows-defaults"),
    path("calling/<uuid:list_id>/", calling.page, name="calling"),
    path("calling/<uuid:list_id>/next", calling.following, name="calling-next"),
    path("calling/<uuid:list_id>/add", calling.add, name="calling-add"),
    path("calling/<uuid:list_id>/<uuid:entry_id>/outcome", calling.outcome, name="calling-outcome"),
    path("calling/<uuid:list_id>/<uuid:entry_id>/release", calling.release, name="calling-release"),
    path("quick-log/", phone.page, name="quick-log"),
    path("quick-log/day", phone.day, name="quick-log-day"),
    path("quick-log/send", phone.log, name="quick-log-send"),
    path("lead-card", card, name="lead-card"),
    path("lead-assignment", preview, name="lead-assignment"),
]
