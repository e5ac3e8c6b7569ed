"""The addresses of customers, a part of the desk's."""

from __future__ import annotations

from django.urls import path

from shopbell.web.desk import (
    customer,
    customer_export,
    customer_import,
    customer_merge,
    customer_reach,
    customers,
    doubles,
    segments,
)

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/segments/new/", segments.segment, name="segment_new"),
    path("customers/segments/<int:number>/", segments.segment, name="segment"),
    path("customers/segments/<int:number>/delete/", segments.segment_delete, name="segment_delete"),
    path("customers/doubles/", doubles.doubles, name="doubles"),
    path("customers/doubles/<int:number>/dismiss/", doubles.dismiss, name="dismiss_double"),
    path("customers/export/", customer_export.export, name="export_customers"),
    path("customers/import/", customer_import.imports, name="imports"),
    path("customers/import/<int:number>/", customer_import.one, name="import"),
    path("customers/import/<int:number>/run/", customer_import.run, name="run_import"),
    path("customers/import/<int:number>/cancel/", customer_import.cancel, name="cancel_import"),
    path("customers/import/<int:number>/refused/", customer_import.refused, name="refused_rows"),
    path("customers/<int:number>/", customer.customer, name="customer"),
    path("customers/<int:number>/change/", customer.change, name="change_customer"),
    path("customers/<int:number>/note/", customer.add_note, name="customer_note"),
    path("customers/<int:number>/note/delete/", customer.delete_note, name="delete_customer_note"),
    path("customers/<int:number>/reach/", customer_reach.add_identity, name="add_identity"),
    path("customers/<int:number>/reach/remove/", customer_reach.remove_identity, name="remove_identity"),
    path("customers/<int:number>/block/", customer_reach.block, name="block_identity"),
    path("customers/<int:number>/link/", customer_reach.link, name="link_customer"),
    path("customers/<int:number>/unlink/", customer_reach.unlink, name="unlink_customer"),
    path("customers/<int:number>/merge/", customer_merge.merge, name="merge_customer"),
    path("customers/<int:number>/unmerge/", customer_merge.unmerge, name="unmerge_customer"),
]
