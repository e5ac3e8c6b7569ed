"""The addresses of the administration."""

from __future__ import annotations

from django.urls import path

from shopbell.web.admin import connecting, fields, health, home, macros, mailboxes, parked, people, shops

urlpatterns = [
    path("", home.home, name="admin_home"),
    path("mailboxes/", mailboxes.mailboxes, name="admin_mailboxes"),
    path("mailboxes/new/", mailboxes.mailbox_new, name="admin_mailbox_new"),
    path("mailboxes/<int:number>/", mailboxes.mailbox, name="admin_mailbox"),
    path("mailboxes/<int:number>/test/", mailboxes.mailbox_test, name="admin_mailbox_test"),
    path("mailboxes/<int:number>/pause/", mailboxes.mailbox_pause, name="admin_mailbox_pause"),
    path("mailboxes/<int:number>/connect/", connecting.connect, name="admin_connect"),
    path("mailboxes/connected/", connecting.connected, name="admin_connected"),
    path("people/", people.people, name="admin_people"),
    path("people/new/", people.person_new, name="admin_person_new"),
    path("people/<int:number>/", people.person, name="admin_person"),
    path("people/<int:number>/link/", people.person_link, name="admin_person_link"),
    path("people/<int:number>/access/", people.person_access, name="admin_person_access"),
    path("teams/new/", people.team, name="admin_team_new"),
    path("teams/<int:number>/", people.team, name="admin_team"),
    path("shops/", shops.shops, name="admin_shops"),
    path("shops/new/", shops.shop, name="admin_shop_new"),
    path("shops/<int:number>/", shops.shop, name="admin_shop"),
    path("shops/<int:number>/contact/", shops.shop_contact, name="admin_shop_contact"),
    path("macros/", macros.macros, name="admin_macros"),
    path("macros/new/", macros.macro, name="admin_macro_new"),
    path("macros/<int:number>/", macros.macro, name="admin_macro"),
    path("macros/<int:number>/delete/", macros.macro_delete, name="admin_macro_delete"),
    path("fields/", fields.fields, name="admin_fields"),
    path("fields/new/<str:subject>/", fields.field_new, name="admin_field_new"),
    path("fields/<int:number>/", fields.field, name="admin_field"),
    path("fields/<int:number>/archive/", fields.field_archive, name="admin_field_archive"),
    path("fields/<int:number>/move/", fields.field_move, name="admin_field_move"),
    path("health/", health.health, name="admin_health"),
    path("stuck/", parked.parked, name="admin_parked"),
    path("stuck/retry/", parked.parked_retry, name="admin_parked_retry"),
]
