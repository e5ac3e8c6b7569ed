"""How the installation is: what `./shopbell doctor` finds in it, readable without a shell."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shopbell.core.health import Level, of_apps
from shopbell.web.admin.page import administering, show

GRAVITY = [Level.FAIL, Level.WARN, Level.OK]


@require_safe
@administering
def health(request: HttpRequest) -> HttpResponse:
    """Every finding, the gravest first."""
    findings = sorted(of_apps(), key=lambda finding: GRAVITY.index(finding.level))
    return show(request, "health", "health", {"findings": findings})
