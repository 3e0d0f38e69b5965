"""One JSON line per log record: no input can forge a line or colour a terminal."""

import json
import logging

from django.utils import timezone


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": timezone.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[:4000],
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)[-8000:]
        return json.dumps(line)
