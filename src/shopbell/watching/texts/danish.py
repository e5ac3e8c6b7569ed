"""What customers are told first, in Danish."""

from __future__ import annotations

from shopbell.watching.texts.phrases import Phrases

DANISH = Phrases(
    hello="{greeting}",
    choose="Du bestemmer selv, hvad der skal ske nu. Du kan {choices}. Et enkelt klik på din ordres side er nok.",
    look="Her kan du se, hvor langt din ordre er: {link}\nHar du spørgsmål, så svar bare på denne mail.",
    bye="Venlig hilsen\n{shop.name}",
    either=" eller ",
    choices={
        "wait": "vente lidt endnu",
        "redirect": "få den leveret et andet sted",
        "replace": "få en ny vare",
        "refund": "få pengene tilbage",
    },
    letters={
        "not_dispatched": (
            "Din ordre {order.number} er ikke sendt endnu",
            "Din ordre {order.number} skulle allerede være sendt, men den er stadig hos os. Det er vi kede af. Vi er"
            " ved at finde ud af, hvad forsinkelsen skyldes.",
        ),
        "not_scanned": (
            "Din ordre {order.number}: vi undersøger, hvor pakken er",
            "Din ordre {order.number} er pakket, men fragtfirmaet har ikke registreret pakken endnu. Vi undersøger,"
            " hvor den er.",
        ),
        "stuck": (
            "Din ordre {order.number} tager længere tid",
            "Din pakke fra ordre {order.number} er på vej, men fragtfirmaet har ikke meldt noget nyt i nogle dage. Det"
            " er vi kede af, og vi holder øje med den.\n\nDen ventes nu fremme den {parcel.eta}.",
        ),
        "late": (
            "Din ordre {order.number} er forsinket",
            "Din ordre {order.number} tager længere tid, end den burde. Det er vi kede af.\n\nVi havde lovet den"
            " senest den {order.promise}.\n\nDen ventes nu fremme den {parcel.eta}.",
        ),
        "attempts": (
            "Din ordre {order.number} kunne ikke afleveres",
            "Fragtfirmaet har flere gange forsøgt at aflevere din ordre {order.number} uden held. Hører vi ikke fra"
            " dig, kan pakken blive sendt tilbage til os.",
        ),
        "pickup": (
            "Din ordre {order.number} ligger klar til afhentning",
            "Din pakke fra ordre {order.number} venter på dig. Hent den gerne snart: Den ligger der kun nogle få dage"
            " og bliver derefter sendt tilbage til os.\n\nDu finder den her: {parcel.place}",
        ),
        "exception": (
            "Din ordre {order.number}: et problem undervejs",
            "Fragtfirmaet melder om et problem med din pakke fra ordre {order.number} og kan ikke levere den som"
            " planlagt. Det er vi kede af, og vi undersøger sagen.\n\nDen ventes nu fremme den {parcel.eta}.",
        ),
        "exception_address": (
            "Din ordre {order.number}: fragtfirmaet kan ikke finde din adresse",
            "Fragtfirmaet kan ikke finde den adresse, som din ordre {order.number} skal leveres på. Send os gerne den"
            " fulde adresse med navnet på døren og eventuelt etage og side.",
        ),
        "lost": (
            "Din ordre {order.number} er formentlig gået tabt",
            "Der har ikke været spor af din pakke fra ordre {order.number} i flere dage. Vi må gå ud fra, at den"
            " er gået tabt. Det er vores risiko og ikke din: Vi ordner det med fragtfirmaet.",
        ),
        "returning": (
            "Din ordre {order.number} er på vej tilbage til os",
            "Din pakke fra ordre {order.number} kunne ikke afleveres og er på vej tilbage til os. Fortæl os gerne, hvad"
            " du ønsker, vi gør.",
        ),
        "stock": (
            "Din ordre {order.number}: en vare er ikke på lager",
            "En vare i din ordre {order.number} er ikke på lager lige nu, så vi kan ikke sende den endnu. Det er vi"
            " kede af.",
        ),
        "payment": (
            "Din ordre {order.number}: betalingen gik ikke igennem",
            "Betalingen for din ordre {order.number} gik ikke igennem, så vi kan ikke sende den endnu. Betal gerne igen"
            " i vores butik, eller svar på denne mail, hvis du har brug for hjælp.",
        ),
        "received": (
            "Vi har modtaget din ordre {order.number}",
            "Tak for din ordre {order.number}. Vi har modtaget den og går i gang.",
        ),
        "paid": (
            "Vi har modtaget din betaling for ordre {order.number}",
            "Tak! Vi har modtaget din betaling for ordre {order.number}.",
        ),
        "shipped": (
            "Din ordre {order.number} er på vej",
            "Din ordre {order.number} er sendt.\n\nFragtfirma: {parcel.carrier}\n\nPakkenummer:"
            " {parcel.number}\n\nDen ventes fremme den"
            " {parcel.eta}.",
        ),
        "out_for_delivery": (
            "Din ordre {order.number} kommer i dag",
            "Din pakke fra ordre {order.number} er ude til levering og burde nå frem i dag.",
        ),
        "ready": (
            "Din ordre {order.number} er klar til afhentning",
            "Din ordre {order.number} er klar og venter på dig.\n\nDu finder den her: {parcel.place}",
        ),
        "delivered": (
            "Din ordre {order.number} er leveret",
            "Fragtfirmaet oplyser, at din ordre {order.number} er leveret. Mangler der noget, eller er noget gået i"
            " stykker, så svar bare på denne mail.",
        ),
        "incident": (
            "Din ordre {order.number} er forsinket",
            "Din ordre {order.number} er forsinket. Årsagen: …\n\nDet er vi kede af, og vi leverer, så snart vi kan.",
        ),
    },
)
