"""Two or more records of a noun become one, and apart again.

`references` knows what leads to a record, `values` what the one that stays will hold, `moving` takes the rest along,
`verb` puts it together, `apart` takes it back, `merged` tells where a record went.
"""
