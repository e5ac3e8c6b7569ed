"""Statements are prepared, whatever their size."""

import pytest
from django.db import connection

from shopbell.conversations.models import Conversation, Tag
from shopbell.core.prepared import MOST_VALUES
from shopbell.shops.models import Shop


@pytest.mark.django_db
@pytest.mark.parametrize("many", [MOST_VALUES, MOST_VALUES + 1, 200_000])
def test_any_number_of_values_may_be_asked_for(many):
    shop = Shop.objects.create(name="Grét & 100 % %s", slug="all")
    numbers = [shop.id, *range(-many + 1, 0)]
    assert list(Shop.objects.filter(id__in=numbers).values_list("name", flat=True)) == ["Grét & 100 % %s"]
    assert list(Shop.objects.filter(name="Grét & 100 % %s", id__in=numbers)) == [shop]


@pytest.mark.django_db
def test_what_is_asked_again_is_prepared():
    for number in range(4):
        assert not Shop.objects.filter(slug=f"prepared-{number}").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%%slug%%'")
        assert len(cursor.fetchall()) == 1


@pytest.mark.django_db
def test_what_seeks_something_is_planned_for_what_is_sought():
    for number in range(4):
        assert not Tag.objects.filter(name__contains=f"late {number}").exists()
        assert not Conversation.objects.filter(tags__overlap=[f"late {number}"]).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement ~ 'conversations_'")
        assert cursor.fetchall() == []
