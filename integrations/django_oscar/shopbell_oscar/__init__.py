"""Connects a django-oscar shop with the Shopbell customer-service desk: see README.md."""

from shopbell_oscar.refusal import Refusal as Refusal

VERSION = "1.0.0"
