from html import escape

from django.db import migrations


def move(apps, schema_editor):
    agents, signatures = apps.get_model("agents", "Agent"), apps.get_model("knowledge", "Signature")
    rows = agents.objects.exclude(signature="").values_list("id", "signature")
    signatures.objects.bulk_create(
        signatures(agent_id=number, text=text, html=f"<p>{escape(text.strip()).replace(chr(10), '<br>')}</p>")
        for number, text in rows
    )


class Migration(migrations.Migration):
    """An agent's one signature becomes the first of those they may have."""

    dependencies = [("knowledge", "0002_signatures"), ("agents", "0002_send_default")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
