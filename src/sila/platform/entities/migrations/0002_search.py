"""What Django's schema editor cannot say: the trigram index, the search function, the FTS5 table."""

from django.db import migrations

POSTGRESQL = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS search_trigrams ON entities_searchentry USING gin (text gin_trgm_ops);
CREATE OR REPLACE FUNCTION sila_search(tenant uuid, needle text, wanted int, kind text)
RETURNS TABLE (id uuid, entity varchar) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  pattern text := '%' || replace(replace(replace(needle, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
  found int;
BEGIN
  -- A common word: enough of it stands among the newest entries.
  RETURN QUERY SELECT n.id, n.entity FROM (
      SELECT e.id, e.entity, e.text FROM entities_searchentry e
      WHERE e.tenant_id = tenant AND (kind = '' OR e.entity = kind) ORDER BY e.position DESC LIMIT 3000
    ) n WHERE n.text LIKE pattern LIMIT wanted;
  GET DIAGNOSTICS found = ROW_COUNT;
  IF found < wanted THEN
    RETURN QUERY SELECT m.id, m.entity FROM (
        SELECT e.id, e.entity, e.position FROM entities_searchentry e
        WHERE e.tenant_id = tenant AND e.text LIKE pattern AND (kind = '' OR e.entity = kind) LIMIT 5000
      ) m ORDER BY m.position DESC LIMIT wanted;
  END IF;
END $$;
"""
SQLITE = [
    "CREATE VIRTUAL TABLE entities_fulltext USING fts5("
    "code, text, content='entities_searchentry', content_rowid='position', tokenize='trigram')",
    "CREATE TRIGGER entities_fulltext_added AFTER INSERT ON entities_searchentry BEGIN "
    "INSERT INTO entities_fulltext(rowid, code, text) VALUES (new.position, new.code, new.text); END",
    "CREATE TRIGGER entities_fulltext_removed AFTER DELETE ON entities_searchentry BEGIN "
    "INSERT INTO entities_fulltext(entities_fulltext, rowid, code, text) "
    "VALUES ('delete', old.position, old.code, old.text); END",
    "CREATE TRIGGER entities_fulltext_changed AFTER UPDATE ON entities_searchentry BEGIN "
    "INSERT INTO entities_fulltext(entities_fulltext, rowid, code, text) "
    "VALUES ('delete', old.position, old.code, old.text); "
    "INSERT INTO entities_fulltext(rowid, code, text) VALUES (new.position, new.code, new.text); END",
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
            cursor.execute("DROP FUNCTION IF EXISTS sila_search(uuid, text, int, text)")
            cursor.execute("DROP INDEX IF EXISTS search_trigrams")
        else:
            cursor.execute("DROP TABLE IF EXISTS entities_fulltext")
            for name in ("added", "removed", "changed"):
                cursor.execute(f"DROP TRIGGER IF EXISTS entities_fulltext_{name}")


class Migration(migrations.Migration):
    dependencies = [("entities", "0001_initial")]
    operations = [
        migrations.RunPython(build, drop),
    ]
