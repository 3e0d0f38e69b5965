"""What Django's schema editor cannot say: the trigram index over the words of files, the search function, the FTS5 table."""

from django.db import migrations

POSTGRESQL = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS file_trigrams ON documents_filetext USING gin (text gin_trgm_ops);
CREATE OR REPLACE FUNCTION sila_search_files(tenant uuid, needle text, wanted int)
RETURNS TABLE (file_id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  pattern text := '%' || replace(replace(replace(needle, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
BEGIN
  RETURN QUERY SELECT m.file_id FROM (
      SELECT t.file_id, t.position FROM documents_filetext t
      WHERE t.tenant_id = tenant AND t.text LIKE pattern LIMIT 2000
    ) m ORDER BY m.position DESC LIMIT wanted;
END $$;
"""
SQLITE = [
    "CREATE VIRTUAL TABLE documents_fulltext USING fts5("
    "code, text, content='documents_filetext', content_rowid='position', tokenize='trigram')",
    "CREATE TRIGGER documents_fulltext_added AFTER INSERT ON documents_filetext BEGIN "
    "INSERT INTO documents_fulltext(rowid, code, text) VALUES (new.position, new.code, new.text); END",
    "CREATE TRIGGER documents_fulltext_removed AFTER DELETE ON documents_filetext BEGIN "
    "INSERT INTO documents_fulltext(documents_fulltext, rowid, code, text) "
    "VALUES ('delete', old.position, old.code, old.text); END",
]


def build(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
        else:
            for statement in SQLITE:
                cursor.execute(statement)


def drop(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS sila_search_files(uuid, text, int)")
            cursor.execute("DROP INDEX IF EXISTS file_trigrams")
        else:
            cursor.execute("DROP TABLE IF EXISTS documents_fulltext")
            for name in ("added", "removed"):
                cursor.execute(f"DROP TRIGGER IF EXISTS documents_fulltext_{name}")


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_file_text")]
    operations = [
        migrations.RunPython(build, drop),
    ]
