"""One parcel as each carrier would tell of it: made up, in the shapes of their interfaces. NUMBER is asked about."""

from __future__ import annotations

import json
from typing import Any

NUMBER = "00340434161094015902"

DHL = {
    "shipments": [
        {
            "id": NUMBER,
            "service": "parcel-de",
            "destination": {"address": {"countryCode": "EE"}},
            "estimatedTimeOfDelivery": "2026-11-05T22:30:00Z",
            "events": [
                {
                    "timestamp": "2026-11-04T09:00:00",
                    "statusCode": "transit",
                    "status": "The shipment has been loaded onto the delivery vehicle",
                    "location": {"address": {"countryCode": "EE", "addressLocality": "Tallinn"}},
                },
                {"timestamp": "2026-11-03T10:00:00+01:00", "statusCode": "pre-transit", "status": "DELIVERED"},
            ],
        }
    ]
}

DHL_PARCEL_DE = f"""<?xml version="1.0" encoding="UTF-8"?>
<data name="piece-shipment-list" code="0" request-id="x">
 <data name="piece-shipment" error-status="0" piece-code="{NUMBER}" dest-country="DE">
  <data name="piece-event-list">
   <data name="piece-event" event-timestamp="03.11.2026 10:00" event-status="Announced" ice="PARCV"
     standard-event-code="VA" event-location="" event-country="" ruecksendung="false"/>
   <data name="piece-event" event-timestamp="04.11.2026 09:00" event-status="Beladen" ice="LDTMV"
     standard-event-code="PO" event-location="Bonn" event-country="Germany" ruecksendung="false"/>
  </data>
 </data>
</data>"""

DHL_EXPRESS = {
    "shipments": [
        {
            "shipmentTrackingNumber": NUMBER,
            "estimatedTimeOfDelivery": "2026-11-05T17:00:00",
            "events": [
                {"date": "2026-11-03", "time": "10:00:00", "GMTOffset": "+01:00", "typeCode": "SD", "description": ""},
                {
                    **{"date": "2026-11-04", "time": "09:00:00", "GMTOffset": "+02:00", "typeCode": "WC"},
                    **{"description": "With courier", "serviceArea": [{"code": "TLL", "description": "Tallinn"}]},
                },
            ],
        }
    ]
}

DPD_LOGIN = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<ns2:getAuthResponse xmlns:ns2="http://dpd.com/common/service/types/LoginService/2.0"><return><delisId>me</delisId>
<authToken>t0k</authToken></return></ns2:getAuthResponse></soap:Body></soap:Envelope>"""

DPD = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<getTrackingDataResponse xmlns="http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"><trackingresult>
<statusInfo><status>SHIPMENT</status><description><content><content>Announced</content></content></description>
<statusHasBeenReached>true</statusHasBeenReached><date><content>11/3/2026 10:00:00 AM</content></date></statusInfo>
<statusInfo><status>Courier</status><description><content><content>On the round</content></content></description>
<statusHasBeenReached>true</statusHasBeenReached><location><content>Tallinn (EE)</content></location>
<date><content>11/4/2026 9:00:00 AM</content></date></statusInfo>
<statusInfo><status>Delivered</status><statusHasBeenReached>false</statusHasBeenReached></statusInfo>
</trackingresult></getTrackingDataResponse></soap:Body></soap:Envelope>"""

DPD_FAULT = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>
<faultstring>Fault occured</faultstring><detail><authenticationFault><errorCode>{code}</errorCode>
<errorMessage>{said}</errorMessage></authenticationFault></detail></soap:Fault></soap:Body></soap:Envelope>"""

GLS = {
    "parcels": [
        {
            **{
                "requested": NUMBER,
                "unitno": "9",
                "status": "INDELIVERY",
                "statusDateTime": "2026-11-04T09:00:00+0200",
            },
            "events": [
                {"code": "OUTDEL.NORMAL", "city": "Tallinn", "country": "EE", "eventDateTime": "2026-11-04T09:00:00"},
                {"code": "INTIAL.PREADVICE", "country": "DE", "eventDateTime": "2026-11-03T10:00:00+0100"},
            ],
        }
    ]
}

HERMES = {
    "shipmentinfo": [
        {
            "shipmentID": NUMBER,
            "deliveryForecast": {"date": "2026-11-05"},
            "status": [
                {"timestamp": "2026-11-03T10:00:00+01:00", "code": "0000", "description": "Announced"},
                {
                    **{"timestamp": "2026-11-04T08:00:00", "code": "3000", "description": "On the round"},
                    "scanningUnit": {"city": "Hamburg", "countryCode": "DEU"},
                },
            ],
        }
    ]
}

UPS = {
    "trackResponse": {
        "shipment": [
            {
                "inquiryNumber": NUMBER,
                "package": [
                    {
                        "trackingNumber": "string",
                        "deliveryDate": [{"type": "DEL", "date": "20261101"}, {"type": "SDD", "date": "20261105"}],
                        "activity": [
                            {
                                **{"date": "20261104", "time": "090000"},
                                "location": {"address": {"city": "Tallinn", "countryCode": "EE"}},
                                "status": {"type": "I", "statusCode": "021", "code": "", "description": "Out"},
                            },
                            {
                                **{"date": "20261103", "time": "040000", "gmtDate": "20261103", "gmtTime": "09:00:00"},
                                "status": {"type": "M", "code": "MP", "description": "Label"},
                            },
                        ],
                    }
                ],
            }
        ]
    }
}

FEDEX = {
    "output": {
        "completeTrackResults": [
            {
                "trackingNumber": NUMBER,
                "trackResults": [
                    {
                        "estimatedDeliveryTimeWindow": {"window": {"ends": "2026-11-05T18:00:00-06:00"}},
                        "scanEvents": [
                            {
                                **{"date": "2026-11-04T09:00:00+02:00", "eventType": "OD"},
                                "scanLocation": {"city": "Tallinn", "countryCode": "EE"},
                            },
                            {"date": "2026-11-03T10:00:00+01:00", "eventType": "OC"},
                        ],
                    }
                ],
            }
        ]
    }
}

POSTNORD = {
    "TrackingInformationResponse": {
        "shipments": [
            {
                "shipmentId": "1",
                "consignee": {"address": {"countryCode": "DK"}},
                "items": [
                    {
                        "itemId": NUMBER,
                        "estimatedTimeOfArrival": "2026-11-05T09:00:00",
                        "events": [
                            {"eventTime": "2026-11-03T10:00:00", "eventCode": "Z7", "status": "INFORMED"},
                            {
                                **{"eventTime": "2026-11-04T09:00:00", "eventCode": "31", "status": "EN_ROUTE"},
                                "location": {"displayName": "Tallinn", "countryCode": "EE"},
                            },
                        ],
                    }
                ],
            }
        ]
    }
}

OMNIVA = f"""<events>
<event><packetCode>{NUMBER}</packetCode><eventCode>PACKET_EVENT_SAVED</eventCode>
<eventDate>2026-11-03T11:00:00</eventDate><eventSource>Tallinn</eventSource></event>
<event><packetCode>CC000000005EE</packetCode><eventCode>PACKET_EVENT_DELIVERED</eventCode>
<eventDate>2026-11-03T12:00:00</eventDate></event>
<event><packetCode>{NUMBER}</packetCode><eventCode>PACKET_EVENT_ON_DELIVERY_LIST</eventCode>
<eventDate>2026-11-04T09:00:00+02:00</eventDate><eventSource>Tallinn</eventSource></event></events>"""

ITELLA = {
    "displayId": NUMBER,
    "status": {"main": "IN_DELIVERY"},
    "events": [
        {
            **{"timestamp": "2026-11-04T07:00:00.000Z", "city": "Tallinn"},
            "eventDescription": "Item has been released for delivery",
        },
        {
            "timestamp": "2026-11-03T09:00:00.000Z",
            "eventDescription": "We have received information about an upcoming delivery from the sender",
        },
    ],
}

BPOST = f"""<itemTracking xmlns="http://schema.post.be/tracking/v1/"><itemCode>{NUMBER}</itemCode>
<stateInfo><time>2026-11-03T10:00:00+01:00</time><stateCode>A00</stateCode></stateInfo>
<stateInfo><time>2026-11-04T08:00:00</time><stateCode>L00</stateCode>
<stateDescription>BoundToRound</stateDescription></stateInfo></itemTracking>"""

LAPOSTE = [
    {
        "shipment": {
            **{"idShip": NUMBER, "product": "colissimo", "isFinal": False, "estimDate": "2026-11-05T10:00:00+01:00"},
            "event": [
                {"code": "MD2", "label": "En livraison", "date": "2026-11-04T08:00:00+01:00"},
                {"code": "DR1", "label": "Annoncé", "date": "2026-11-03T10:00:00+01:00"},
            ],
        }
    }
]

CHRONOPOST = f"""<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<ns2:trackSkybillV2Response xmlns:ns2="http://cxf.tracking.soap.chronopost.fr/"><return><errorCode>0</errorCode>
<listEventInfoComp><events><code>DC</code><eventDate>2026-11-03T10:00:00+01:00</eventDate></events>
<events><code>TA</code><eventDate>2026-11-04T08:00:00</eventDate><officeLabel>PARIS</officeLabel></events>
<skybillNumber>{NUMBER}</skybillNumber></listEventInfoComp></return></ns2:trackSkybillV2Response></soap:Body>
</soap:Envelope>"""

AFTERSHIP = {
    "meta": {"code": 200},
    "data": {
        "trackings": [
            {
                **{"tracking_number": NUMBER, "slug": "omniva", "expected_delivery": "2026-11-05T00:00:00"},
                "checkpoints": [
                    {
                        **{"checkpoint_time": "2026-11-03T10:00:00+01:00", "tag": "InfoReceived"},
                        "subtag": "InfoReceived_001",
                    },
                    {
                        **{"checkpoint_time": "2026-11-04T09:00:00+02:00", "tag": "OutForDelivery"},
                        **{"subtag": "OutForDelivery_099", "city": "Tallinn"},
                    },
                ],
            }
        ]
    },
}

SENDCLOUD = {
    "tracking_number": NUMBER,
    "carrier_code": "dpd",
    "expected_delivery_date": "2026-11-05",
    "statuses": [
        {"carrier_update_timestamp": "2026-11-03T10:00:00+01:00", "parent_status": "announced"},
        {"carrier_update_timestamp": "2026-11-04T09:00:00+02:00", "parent_status": "driver-en-route"},
    ],
}


def sent(answer: Any) -> bytes:
    """As it comes over the wire."""
    return answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
