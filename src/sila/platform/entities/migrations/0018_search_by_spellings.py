"""Each word is looked for in all of its spellings at once: as it stands, and by its key."""

from django.db import migrations

FUNCTION = r"""
CREATE OR REPLACE FUNCTION sila_search(tenant uuid, needle text, wanted int, kind text)
RETURNS TABLE (id uuid, entity varchar) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  escaped text := replace(replace(replace(needle, '\', '\\'), '%', '\%'), '_', '\_');
  word text;
  spelt text[];
  condition text := '';
  width int;
  reached bigint := 9223372036854775807;
  got int;
  found int := 0;
BEGIN
  -- Written out word by word: the index knows LIKE ANY of what is written there.
  FOREACH word IN ARRAY string_to_array(escaped, chr(31)) LOOP
    spelt := ARRAY(SELECT '%' || spelling || '%' FROM unnest(string_to_array(word, chr(30))) spelling);
    condition := condition || format(' AND e.text LIKE ANY (%L::text[])', spelt);
  END LOOP;
  -- A common word: enough of it stands among the newest entries, or among some more of them.
  FOREACH width IN ARRAY ARRAY[3000, 9000] LOOP
    EXIT WHEN width > 3000 AND found * 4 < wanted;
    RETURN QUERY EXECUTE $q$ SELECT e.id, e.entity FROM (
        SELECT e.id, e.entity, e.text FROM entities_searchentry e
        WHERE e.tenant_id = $1 AND ($2 = '' OR e.entity = $2) AND e.position < $4
        ORDER BY e.position DESC LIMIT $5
      ) e WHERE true $q$ || condition || ' LIMIT $3' USING tenant, kind, wanted - found, reached, width;
    GET DIAGNOSTICS got = ROW_COUNT;
    found := found + got;
    IF found >= wanted THEN
      RETURN;
    END IF;
    SELECT min(n.position) INTO reached FROM (
      SELECT e.position FROM entities_searchentry e
      WHERE e.tenant_id = tenant AND (kind = '' OR e.entity = kind) AND e.position < reached
      ORDER BY e.position DESC LIMIT width
    ) n;
    IF reached IS NULL THEN
      RETURN;
    END IF;
  END LOOP;
  RETURN QUERY EXECUTE $q$ SELECT m.id, m.entity FROM (
      SELECT e.id, e.entity, e.position FROM entities_searchentry e
      WHERE e.tenant_id = $1 AND ($2 = '' OR e.entity = $2) AND e.position < $4 $q$ || condition || $q$ LIMIT 5000
    ) m ORDER BY m.position DESC LIMIT $3 $q$ USING tenant, kind, wanted - found, reached;
END $$;
"""


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FUNCTION)


class Migration(migrations.Migration):
    dependencies = [("entities", "0017_search_form")]
    operations = [
        migrations.RunPython(build, migrations.RunPython.noop),
    ]
