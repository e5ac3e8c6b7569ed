"""Carriers of parcels, and aggregators of many of them."""

from __future__ import annotations

from typing import ClassVar

from shopbell.core import plugin

_HERE = "shopbell.plugins.carriers"


class CarriersConfig(plugin.Plugin):
    name = _HERE
    label = "carriers_plugin"
    carriers: ClassVar[dict[str, str]] = {
        "aftership": f"{_HERE}.aftership.carrier.AfterShip",
        "sendcloud": f"{_HERE}.sendcloud.carrier.Sendcloud",
        "dhl": f"{_HERE}.dhl.unified.Unified",
        "dhl_parcel_de": f"{_HERE}.dhl.parcel_de.ParcelDe",
        "dhl_express": f"{_HERE}.dhl.express.Express",
        "dpd": f"{_HERE}.dpd.carrier.Dpd",
        "gls": f"{_HERE}.gls.carrier.Gls",
        "hermes": f"{_HERE}.hermes.carrier.Hermes",
        "ups": f"{_HERE}.ups.carrier.Ups",
        "fedex": f"{_HERE}.fedex.carrier.Fedex",
        "postnord": f"{_HERE}.postnord.carrier.PostNord",
        "omniva": f"{_HERE}.omniva.carrier.Omniva",
        "itella": f"{_HERE}.itella.carrier.Itella",
        "bpost": f"{_HERE}.bpost.carrier.Bpost",
        "laposte": f"{_HERE}.laposte.carrier.LaPoste",
        "chronopost": f"{_HERE}.laposte.chronopost.Chronopost",
    }
