"""A small real shop: django-oscar as a merchant would install it, with Shopbell's app for it."""
