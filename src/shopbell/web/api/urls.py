"""The addresses of the API."""

from __future__ import annotations

from django.urls import path

from shopbell.web.api import documentation
from shopbell.web.api.api import api

urlpatterns = [
    path("docs", documentation.page, name="api_docs"),
    path("openapi.json", documentation.schema, name="api_schema"),
    path("v1/", api.urls),
]
