"""What may go wrong between this shop and the desk, switched by a file: one word a line, one line a request."""

import os
import time
from pathlib import Path

from django.http import HttpResponse

SWITCH = Path(os.environ["FLOOR_DATABASE"]).with_suffix(".faults")


def next_fault():
    try:
        first, *others = SWITCH.read_text().split()
    except (OSError, ValueError):
        return ""
    SWITCH.write_text("\n".join(others))
    return first


class Faults:
    """500: fails before anything is done; lost: does it, then the answer breaks; half: cuts the answer in two."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        fault = next_fault() if request.path.startswith("/shopbell/") else ""
        if fault == "500":
            return HttpResponse("the shop is down", status=500)
        if fault == "429":
            return HttpResponse("slowly", status=429, headers={"Retry-After": "7"})
        response = self.get_response(request)
        if fault == "lost":
            return HttpResponse("the answer is lost", status=502)
        if fault == "late":
            time.sleep(3)
        if fault == "half":
            response.content = response.content[: len(response.content) // 2]
        return response
