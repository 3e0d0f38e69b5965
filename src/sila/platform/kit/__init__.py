"""Pure helpers: text, numbers, money, dates, names, files. No models, no database."""
