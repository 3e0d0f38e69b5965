"""The verbs of running a workspace. Each checks who acts, changes, and writes what changed to the event log."""
