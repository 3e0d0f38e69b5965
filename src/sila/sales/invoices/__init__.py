"""Invoices, credit notes and payments: numbered without gaps, and never changed once they are issued."""
