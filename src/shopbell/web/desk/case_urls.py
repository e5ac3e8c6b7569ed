"""The addresses of cases and incidents."""

from __future__ import annotations

from django.urls import path

from shopbell.web.desk import case, cases, incidents

urlpatterns = [
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:number>/", case.case, name="case"),
    path("cases/<int:number>/change/", case.change, name="case_change"),
    path("parcels/<int:number>/not-there/", case.deny, name="parcel_denied"),
    path("incidents/", incidents.listed, name="incidents"),
    path("incidents/new/", incidents.new, name="incident_new"),
    path("incidents/<int:number>/", incidents.incident, name="incident"),
    path("incidents/<int:number>/edit/", incidents.edit, name="incident_edit"),
    path("incidents/<int:number>/change/", incidents.change, name="incident_change"),
]
