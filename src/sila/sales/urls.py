"""Addresses below /w/<workspace>/."""

from django.urls import path

from sila.sales import views
from sila.sales.funnel import views as funnel
from sila.sales.invoices import views as invoices
from sila.sales.leads.assigning.views import preview
from sila.sales.leads.cards.views import card
from sila.sales.quotes import views as quotes

app_name = "sales"
urlpatterns = [
    path("funnel/", funnel.page, name="funnel"),
    path("funnel/deals", funnel.deals, name="funnel-deals"),
    path("deal/<uuid:deal_id>/parts", views.add_part, name="add-part"),
    path("deal/part/<uuid:part_id>/remove", views.remove_part, name="remove-part"),
    path("quote/<uuid:quote_id>/lines", quotes.edit_lines, name="quote-lines"),
    path("quote/<uuid:quote_id>/lines/try", quotes.try_out, name="quote-lines-try"),
    path("quote/<uuid:quote_id>/lines/step", quotes.step, name="quote-lines-step"),
    path("quote/<uuid:quote_id>/pdf", quotes.pdf, name="quote-pdf"),
    path("quote/<uuid:quote_id>/link", quotes.new_link, name="quote-link"),
    path("invoice/<uuid:invoice_id>/lines", invoices.edit_lines, name="invoice-lines"),
    path("invoice/<uuid:invoice_id>/lines/try", invoices.try_out, name="invoice-lines-try"),
    path("invoice/<uuid:invoice_id>/lines/step", invoices.step, name="invoice-lines-step"),
    path("invoice/<uuid:invoice_id>/pdf", invoices.pdf, name="invoice-pdf"),
    path("lead-card", card, name="lead-card"),
    path("lead-assignment", preview, name="lead-assignment"),
]
