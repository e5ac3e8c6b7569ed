"""Mails as customers of four countries send them, written for these tests."""

from __future__ import annotations

GERMAN = """Return-Path: <anna.mueller@kunde.example>
Received: from mail.kunde.example (mail.kunde.example [198.51.100.7])
 by mx.shop.example with ESMTPS id 4Xyz; Tue, 3 Mar 2026 10:00:05 +0100
From: =?utf-8?Q?Anna_M=C3=BCller?= <Anna.Mueller@KUNDE.example>
To: "Shop, Kundendienst" <support@shop.example>
Cc: Peter <peter@kunde.example>
Reply-To: Anna privat <anna@privat.example>
Subject: =?utf-8?Q?AW=3A_Bestellung_4711_=E2=80=93_Gr=C3=B6=C3=9Fe?= [#4711]
Date: Tue, 3 Mar 2026 10:00:00 +0100
Message-ID: <20260303.1@kunde.example>
In-Reply-To: <m7.1@shop.example>
References: <m5.1@shop.example>
 <m6.1@shop.example> <m7.1@shop.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Guten Tag,

die Schuhe sind leider zu klein. Kann ich sie gegen Größe 43 tauschen?

Mit freundlichen Grüßen
Anna Müller

Am 02.03.2026 um 09:00 schrieb Shop Kundendienst:
> Guten Tag Frau Müller,
> Ihr Paket ist unterwegs.
"""

DANISH = """From: =?iso-8859-1?Q?S=F8ren_=C5gaard?= <soren@kunde.example>
To: kundeservice@shop.example
Subject: =?iso-8859-1?Q?P=E5mindelse_om_ordre_99?=
Date: Wed, 4 Mar 2026 08:15:00 +0100
Message-ID: <da-1@kunde.example>
MIME-Version: 1.0
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<html><body><p>Hej,</p>
<p>jeg har stadig ikke modtaget min pakke, selv om I l=
ovede at sende den i fredags. Kan I se hvor den er?</p>
<p>Med venlig hilsen<br>S=F8ren=
</p></body></html>
"""

ESTONIAN = """From: Mari Tamm <mari@klient.example>
To: tugi@pood.example
Subject: Tellimuse tagastamine
Date: Thu, 5 Mar 2026 12:30:00 +0200
Message-ID: <et-1@klient.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 8bit

Tere!

Soovin tagastada ostetud \u0161okolaadikarbi, sest see oli katki ja üks tükk on täiesti söömata. Kas võite
öelda, kuidas?

Parimate soovidega
Mari Tamm
"""

ENGLISH = """From: Jane Doe <jane@customer.example>
To: help@shop.example
Subject: Where is my parcel?
Date: Fri, 6 Mar 2026 18:45:00 +0000
Message-ID: <en-1@customer.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="mm"

--mm
Content-Type: text/plain; charset=utf-8

Hello,

I ordered two weeks ago and have not received anything. The photo shows my receipt.

-- 
Jane
--mm
Content-Type: image/png; name="receipt.png"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="receipt.png"

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
--mm--
"""

FORWARDED = """From: Boss <boss@shop.example>
To: support@shop.example
Subject: WG: Reklamation
Date: Fri, 6 Mar 2026 18:45:00 +0000
Message-ID: <fw-1@shop.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="mm"

--mm
Content-Type: text/plain; charset=utf-8

Bitte erledigen.
--mm
Content-Type: message/rfc822

From: Udo Kunde <udo@kunde.example>
To: boss@shop.example
Subject: Reklamation
Date: Thu, 5 Mar 2026 08:00:00 +0100

Die Lampe ist kaputt.
--mm--
"""
