from django.db import migrations


def give_back(apps, schema_editor):
    links, merges = apps.get_model("customers", "CustomerLink"), apps.get_model("customers", "Merge")
    for merge in merges.objects.filter(undone_at=None).order_by("-id"):
        for other, relation, is_new in merge.moved.pop("links", []):
            _link(links, apps.get_model("customers", "Customer"), other, merge.gone_id, relation)
            if is_new:
                links.objects.filter(**_pair(other, merge.kept_id), relation=relation).delete()
        merge.save(update_fields=["moved"])


def _link(links, customers, other, gone, relation):
    if other != gone and customers.objects.filter(id=other).exists():
        links.objects.get_or_create(**_pair(other, gone), defaults={"relation": relation})


def _pair(one, other):
    return {"first_id": min(one, other), "second_id": max(one, other)}


class Migration(migrations.Migration):
    """Links between people stay with whom they were said of; those that merges moved go back, the newest first."""

    dependencies = [("customers", "0007_proofs")]

    operations = [migrations.RunPython(give_back, migrations.RunPython.noop)]
