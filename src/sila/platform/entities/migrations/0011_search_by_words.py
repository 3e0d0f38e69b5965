"""Several words are looked for each by itself: the first name and the family find a name of three parts."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION sila_search(tenant uuid, needle text, wanted int, kind text)
RETURNS TABLE (id uuid, entity varchar) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  escaped text := replace(replace(replace(needle, '\\', '\\\\'), '%', '\\%'), '_', '\\_');
  patterns text[] := ARRAY(
    SELECT '%' || word || '%' FROM unnest(string_to_array(escaped, chr(31))) word ORDER BY length(word) DESC);
  longest text := patterns[1];
  other text := coalesce(patterns[2], patterns[1]);
  found int;
BEGIN
  -- A common word: enough of it stands among the newest entries.
  RETURN QUERY SELECT n.id, n.entity FROM (
      SELECT e.id, e.entity, e.text FROM entities_searchentry e
      WHERE e.tenant_id = tenant AND (kind = '' OR e.entity = kind) ORDER BY e.position DESC LIMIT 3000
    ) n WHERE n.text LIKE ALL (patterns) LIMIT wanted;
  GET DIAGNOSTICS found = ROW_COUNT;
  IF found < wanted THEN
    -- The index knows LIKE, and not LIKE ALL: the two longest words are looked up in it.
    RETURN QUERY SELECT m.id, m.entity FROM (
        SELECT e.id, e.entity, e.position FROM entities_searchentry e
        WHERE e.tenant_id = tenant AND e.text LIKE longest AND e.text LIKE other AND e.text LIKE ALL (patterns)
          AND (kind = '' OR e.entity = kind) LIMIT 5000
      ) m ORDER BY m.position DESC LIMIT wanted;
  END IF;
END $$;
"""


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FUNCTION)


class Migration(migrations.Migration):
    dependencies = [("entities", "0010_imports_of_several_nouns")]
    operations = [
        migrations.RunPython(build, migrations.RunPython.noop),
    ]
