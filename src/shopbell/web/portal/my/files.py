"""Files of a customer's own requests."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from shopbell.conversations import outside
from shopbell.conversations.models import Attachment
from shopbell.web.desk.files import answer_file, answer_thumbnail
from shopbell.web.portal.my.door import Place, signed_in


@require_safe
@signed_in
def file(place: Place, who: outside.Viewer, number: int) -> FileResponse:
    """To be saved; a picture is shown in place."""
    row = _find(place, who, number)
    return answer_file(row.blob, row.name)


@require_safe
@signed_in
def thumbnail(place: Place, who: outside.Viewer, number: int) -> FileResponse:
    """The small picture of an image."""
    return answer_thumbnail(_find(place, who, number).blob)


def _find(place: Place, who: outside.Viewer, number: int) -> Attachment:
    found = outside.attachment(who, number, place.only)
    if found is None:
        raise Http404
    return found
