from django.db import models


class Change(models.Model):
    """When a customer, product or order was changed last, and whether the desk was told."""

    kind = models.CharField(max_length=8)
    object_id = models.BigIntegerField()
    changed_at = models.DateTimeField()
    is_gone = models.BooleanField(default=False)
    is_told = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="shopbell_change_once")]
        indexes = [
            models.Index(fields=["kind", "changed_at", "id"], name="shopbell_change_at"),
            models.Index(fields=["id"], condition=models.Q(is_told=False), name="shopbell_change_untold"),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class Deed(models.Model):
    """Something the desk asked for, under the key it gave. The same key never does it twice."""

    BEGUN, DONE, REFUSED = "begun", "done", "refused"

    key = models.CharField(max_length=200, unique=True)
    asked = models.JSONField()
    state = models.CharField(max_length=7, default=BEGUN)
    outcome = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.key
