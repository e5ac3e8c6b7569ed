"""The addresses of the pages on which customers follow an order."""

from __future__ import annotations

from django.urls import path

from shopbell.web.portal.track import find, order

urlpatterns = [
    path("<slug:slug>/", find.find, name="track"),
    path("<slug:slug>/<str:token>/", order.order, name="track_order"),
]
