"""Where the tests run: on a data folder of their own. Loaded first of all: the settings are read before any conftest."""

import os
import tempfile

os.environ.setdefault("SILA_DATA", tempfile.mkdtemp(prefix="sila-test-"))
os.environ.setdefault("SILA_SECRET_KEY", "only-for-tests-" + "x" * 40)
