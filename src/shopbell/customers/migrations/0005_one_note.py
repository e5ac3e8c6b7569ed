from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_notes")]
    operations = [migrations.RemoveField(model_name="customer", name="note")]
