from django.db import migrations

NOTES = """
INSERT INTO customers_customernote (customer_id, text, created_at)
SELECT id, note, now() FROM customers_customer WHERE note <> '' ORDER BY id
"""


class Migration(migrations.Migration):
    """The one note of a customer becomes the first of several."""

    dependencies = [("customers", "0003_people")]
    operations = [migrations.RunSQL(NOTES, migrations.RunSQL.noop)]
