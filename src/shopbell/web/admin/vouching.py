"""The secret with which a shop's own site says who its customers are (docs/portal.md)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from shopbell.customers import operations
from shopbell.shops.models import Shop
from shopbell.web.admin.page import administering, done, show
from shopbell.web.guards import agent_of


@sensitive_variables("secret")
@require_POST
@administering
def renew(request: HttpRequest, number: int) -> HttpResponse:
    """A new secret, shown this once; the former one holds for a week more."""
    shop = get_object_or_404(Shop, id=number)
    secret = operations.renew_secret(shop, actor=agent_of(request).pk)
    answer = show(request, "shops", "vouching_secret", {"shop": shop, "secret": secret})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@administering
def end_former(request: HttpRequest, number: int) -> HttpResponse:
    """The former secret holds no more: somebody got hold of it."""
    operations.end_former_secret(get_object_or_404(Shop, id=number), actor=agent_of(request).pk)
    return done(request, _("The former secret holds no more."), "admin_shop", number)
