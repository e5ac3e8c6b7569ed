"""Icons of Lucide within pages that have no sprite, each drawn once in a process."""

from __future__ import annotations

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()
register.simple_tag(lru_cache(256)(lucide), name="lucide")
