"""Several words are looked for each by itself in files too, in one part of the text."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION sila_search_files(tenant uuid, needle text, wanted int)
RETURNS TABLE (file_id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  escaped text := replace(replace(replace(needle, '\\', '\\\\'), '%', '\\%'), '_', '\\_');
  patterns text[] := ARRAY(
    SELECT '%' || word || '%' FROM unnest(string_to_array(escaped, chr(31))) word ORDER BY length(word) DESC);
  longest text := patterns[1];
  other text := coalesce(patterns[2], patterns[1]);
BEGIN
  -- The index knows LIKE, and not LIKE ALL: the two longest words are looked up in it.
  RETURN QUERY SELECT m.file_id FROM (
      SELECT t.file_id, t.position FROM documents_filetext t
      WHERE t.tenant_id = tenant AND t.text LIKE longest AND t.text LIKE other AND t.text LIKE ALL (patterns) LIMIT 2000
    ) m ORDER BY m.position DESC LIMIT wanted;
END $$;
"""


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FUNCTION)


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_file_search")]
    operations = [
        migrations.RunPython(build, migrations.RunPython.noop),
    ]
