"""Many records changed at once, written down so that it can be taken back: `notes` writes, `undo` takes back."""
