"""Carriers' words, where they give no code."""

from __future__ import annotations

from datetime import UTC

import pytest

from shopbell.plugins.carriers import opening, texts


@pytest.mark.parametrize(
    ("said", "state", "reason"),
    [
        ("The item has been delivered", "delivered", ""),
        ("Not delivered yet", "in_transit", ""),
        ("Delivered to PUDO", "available_for_pickup", ""),
        ("Shipment delayed", "unknown", ""),
        ("Saadetis on üle antud kullerile kättetoimetamiseks", "out_for_delivery", ""),
        ("Vi kunne ikke levere din pakke", "attempt_failed", ""),
        ("Försändelsen finns hos ombudet för avhämtning", "available_for_pickup", ""),
        ("Lähetys on lajiteltu", "in_transit", ""),
        ("Pakket ligt klaar op het afhaalpunt", "available_for_pickup", ""),
        ("Paczka czeka w Paczkomacie", "available_for_pickup", ""),
        ("Przesyłka doręczona", "delivered", ""),
        ("Przesyłka będzie doręczona jutro", "in_transit", ""),
        ("Nieudana próba doręczenia", "attempt_failed", ""),
        ("Paquete entregado", "delivered", ""),
        ("No se pudo entregar el paquete", "attempt_failed", ""),
        ("Disponible para recoger en el punto de recogida", "available_for_pickup", ""),
        ("Siunta laukia paštomate", "available_for_pickup", ""),
        ("Sūtījums gaida pakomātā", "available_for_pickup", ""),
        ("Delivered to the parcel shop", "available_for_pickup", ""),
        ("Delivered to neighbour", "delivered", ""),
        ("Item is ready for a pick up ", "available_for_pickup", ""),
        ("The item has been returned to the sender.", "returned", ""),
        ("Item has not been collected.Returned to sender.", "returned", ""),
        ("The parcel is being returned to the sender", "returning", ""),
        ("Unfortunately we have not been able to deliver your parcel.", "attempt_failed", ""),
        ("Delivery attempt: nobody at home", "attempt_failed", "absent"),
        ("The recipient refused the parcel", "exception", "refused"),
        ("Item has been released for delivery", "out_for_delivery", ""),
        ("The shipment has been loaded onto the delivery vehicle", "out_for_delivery", ""),
        ("Held by customs", "customs", "customs"),
        ("Released by customs", "in_transit", ""),
        ("The item is in sorting", "in_transit", ""),
        ("We have received information about an upcoming delivery from the sender", "data_received", ""),
        ("Die Sendung wurde zugestellt.", "delivered", ""),
        ("Die Sendung konnte nicht zugestellt werden", "attempt_failed", ""),
        ("Der Empfänger wurde nicht angetroffen.", "attempt_failed", "absent"),
        ("Die Sendung liegt in der Filiale zur Abholung bereit.", "available_for_pickup", ""),
        ("Die Sendung wurde in das Zustellfahrzeug geladen", "out_for_delivery", ""),
        ("Die Sendung wird zurück an den Absender gesandt", "returning", ""),
        ("Die Sendungsdaten wurden elektronisch übermittelt.", "data_received", ""),
        ("Pakken er leveret", "delivered", ""),
        ("Pakken er klar til afhentning i pakkeshoppen", "available_for_pickup", ""),
        ("Pakken kunne ikke leveres", "attempt_failed", ""),
        ("Saadetis on väljastatud", "delivered", ""),
        ("Saadetis ootab järele pakiautomaadis", "available_for_pickup", ""),
        ("Pakk on noudettavissa", "available_for_pickup", ""),
        ("Lähetys on luovutettu vastaanottajalle", "delivered", ""),
        ("Votre colis a été livré", "delivered", ""),
        ("Votre colis n'a pas pu être livré", "attempt_failed", ""),
        ("Il est en chemin.", "in_transit", ""),
        ("Your parcel will be delivered between 10 and 12", "in_transit", ""),
        ("Wird heute zugestellt", "in_transit", ""),
        ("Votre colis sera livré demain", "in_transit", ""),
        ("The parcel has not yet been delivered", "in_transit", ""),
        ("Saadetis ei ole kohale toimetatud", "attempt_failed", ""),
        ("Pakken er ikke leveret", "attempt_failed", ""),
        ("Non livré", "attempt_failed", ""),
        ("Zustellung nicht möglich", "attempt_failed", ""),
        ("Delivered to local depot", "in_transit", ""),
        ("Leveret til pakkeshop", "available_for_pickup", ""),
        ("Colis livré au point relais", "available_for_pickup", ""),
        ("In der Packstation zugestellt", "available_for_pickup", ""),
        ("Your parcel can be collected at the parcel shop", "available_for_pickup", ""),
        ("", "unknown", ""),
        ("abracadabra", "unknown", ""),
    ],
)
def test_words(said: str, state: str, reason: str) -> None:
    assert texts.read(said) == (state, reason)


@pytest.mark.parametrize("said", ["2026-02-30", "2026-13-45", "0000-00-00", "soon", None, {}])
def test_a_forecast_that_is_no_day(said: object) -> None:
    assert opening.day(said, UTC) is None
