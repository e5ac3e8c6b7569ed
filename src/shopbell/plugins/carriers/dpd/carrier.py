"""DPD: the ParcelLifeCycle service (SOAP), and the same life cycle as JSON.

A parcel's scans say more than the steps of its life and count where they are given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar
from xml.etree import ElementTree

from shopbell.commerce.contract import AuthFailed, Refused, SettingsField, Tracking, TrackingData, ask
from shopbell.commerce.contract.reading import Fields
from shopbell.plugins.carriers import fields, opening, table, zones
from shopbell.plugins.carriers.polled import Polled, happened, in_order

TABLE = table.of("dpd")
_COUNTRY = re.compile(r"\(([A-Z]{2})\)\s*$")
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_LOGIN = "http://dpd.com/common/service/types/LoginService/2.0"
_AUTHENTICATION = "http://dpd.com/common/service/types/Authentication/2.0"
_LIFE = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"
_REFUSED_LOGIN = ("LOGIN", "AUTHENTICATION", "AUTH")
_TOKEN_SECONDS = 12 * 3600  # it ends in the night after it was given


class Dpd(Polled):
    """DPD with the user of a business customer (DELIS)."""

    label: ClassVar[str] = "DPD"
    codes: ClassVar[table.Table] = TABLE
    families: ClassVar[tuple[str, ...]] = ("SCAN:",)
    serves: ClassVar[frozenset[str]] = frozenset({"dpd"})
    settings_form: ClassVar[tuple[SettingsField, ...]] = (
        fields.user(),
        fields.password(),
        fields.address("https://public-ws.dpd.com/services"),
    )

    def understand(self, raw: Any) -> list[Tracking]:
        answer = opening.opened(raw)
        if isinstance(answer, opening.Element):
            return [self._life(one) for one in opening.every(answer, "trackingresult")]
        cycle = Fields(answer).inner("parcellifecycleResponse").inner("parcelLifeCycleData")
        return [self._cycle(cycle)] if cycle.raw else []

    def _life(self, result: opening.Element) -> Tracking:
        reached = [one for one in opening.every(result, "statusInfo") if _is_reached(one)]
        events = [
            self._made(
                opening.inner(one, "status"),
                opening.inner(one, "date", "content"),
                opening.inner(one, "description", "content", "content") or opening.inner(one, "label", "content"),
                opening.inner(one, "location", "content"),
            )
            for one in reached
        ]
        number = next((opening.inner(one, "parcelLabelNumber") for one in opening.every(result, "shipmentInfo")), "")
        return Tracking(number=number, events=in_order(events), carrier="dpd")

    def _cycle(self, cycle: Fields) -> Tracking:
        scans = [self._scan(one) for one in cycle.inner("scanInfo").each("scan")]
        steps = [self._step(one) for one in cycle.each("statusInfo") if one.flag("statusHasBeenReached")]
        number = cycle.inner("shipmentInfo").text("parcelLabelNumber")
        return Tracking(number=number, events=in_order(scans or steps), carrier="dpd")

    def _scan(self, scan: Fields) -> TrackingData | None:
        kind = scan.inner("scanData").inner("scanType")
        text = " ".join(scan.inner("scanDescription").texts("content"))
        code = f"SCAN:{kind.text('code').zfill(2)}"
        return self._made(code, scan.text("date"), text, scan.inner("scanData").inner("location").text("city"))

    def _step(self, step: Fields) -> TrackingData | None:
        text = " ".join(step.inner("description").texts("content")) or step.text("label")
        return self._made(step.text("status"), step.text("date"), text, step.text("location"))

    def _made(self, code: str, when: str, text: str, where: str) -> TrackingData | None:
        country = _COUNTRY.search(where)
        zone = zones.of(country[1] if country else "", self.home)
        kept = code.removeprefix("SCAN:")
        return happened(TABLE, code, opening.moment(when, zone), text=text, place=where, kept=kept)

    def answer(self, numbers: Sequence[str]) -> Any:
        question = _envelope(self.text("user"), self.token(_TOKEN_SECONDS))
        ElementTree.SubElement(
            ElementTree.SubElement(question[1], f"{{{_LIFE}}}getTrackingData"), "parcelLabelNumber"
        ).text = numbers[0]
        return self._ask("ParcelLifeCycleService/V2_0/getTrackingData", question)

    def new_token(self) -> tuple[str, int]:
        question = ElementTree.Element(f"{{{_SOAP}}}Envelope")
        body = ElementTree.SubElement(question, f"{{{_SOAP}}}Body")
        wanted = ElementTree.SubElement(body, f"{{{_LOGIN}}}getAuth")
        given = {"delisId": self.text("user"), "password": self.text("password"), "messageLanguage": "en_US"}
        for name, value in given.items():
            ElementTree.SubElement(wanted, name).text = value
        answer = self._ask("LoginService/V2_0/getAuth", question)
        token = next((one.text or "" for one in opening.every(answer, "authToken")), "")
        if not token:
            raise AuthFailed("no token was given")
        return token, _TOKEN_SECONDS

    def _ask(self, path: str, question: opening.Element) -> opening.Element:
        """Faults come with 500; their code says which are about the credentials. Raises ShopError."""
        body = ElementTree.tostring(question, encoding="utf-8", xml_declaration=True)
        headers = {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"}
        answer = opening.root(ask("POST", f"{self.text('address')}/{path}", headers=headers, data=body).body)
        for fault in opening.every(answer, "Fault"):
            code = next((one.text or "" for one in opening.every(fault, "errorCode")), "")
            said = next((one.text or "" for one in opening.every(fault, "errorMessage")), "") or "DPD refuses"
            raise (AuthFailed if any(word in code.upper() for word in _REFUSED_LOGIN) else Refused)(said, code=code)
        return answer


def _is_reached(step: opening.Element) -> bool:
    return opening.inner(step, "statusHasBeenReached") == "true"


def _envelope(user: str, token: str) -> opening.Element:
    envelope = ElementTree.Element(f"{{{_SOAP}}}Envelope")
    header = ElementTree.SubElement(envelope, f"{{{_SOAP}}}Header")
    ElementTree.SubElement(envelope, f"{{{_SOAP}}}Body")
    credentials = ElementTree.SubElement(header, f"{{{_AUTHENTICATION}}}authentication")
    for name, value in (("delisId", user), ("authToken", token), ("messageLanguage", "en_US")):
        ElementTree.SubElement(credentials, name).text = value
    return envelope
