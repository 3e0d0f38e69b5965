"""Own fields that nobody types: formulas and roll-ups. Their values are stored like any other and kept right here.

`plan` says what depends on what, `values` and `totals` work a value out, `keeping` is what the verbs call, `work` is
what is done in the background. See docs/formulas.md.
"""
