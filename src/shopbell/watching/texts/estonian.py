"""What customers are told first, in Estonian."""

from __future__ import annotations

from shopbell.watching.texts.phrases import Phrases

ESTONIAN = Phrases(
    hello="{greeting}!",
    choose="Saate ise valida, kuidas edasi: {choices}. Piisab ühest klõpsust teie tellimuse lehel.",
    look="Siin näete, kus teie tellimus on: {link}\nKui teil on küsimusi, vastake lihtsalt sellele kirjale.",
    bye="Lugupidamisega\n{shop.name}",
    either=" või ",
    choices={
        "wait": "oodata veel veidi",
        "redirect": "lasta saata mujale",
        "replace": "saada uus toode",
        "refund": "saada raha tagasi",
    },
    letters={
        "not_dispatched": (
            "Teie tellimus {order.number} ei ole veel teele pandud",
            "Teie tellimus {order.number} pidi juba teel olema, kuid on veel meie juures. Vabandame. Uurime, mis"
            " viivitust põhjustab.",
        ),
        "not_scanned": (
            "Teie tellimus {order.number}: uurime, kus pakk on",
            "Teie tellimus {order.number} on pakitud, kuid vedaja ei ole pakki veel registreerinud. Uurime, kus see"
            " on.",
        ),
        "stuck": (
            "Teie tellimus {order.number} viibib",
            "Teie tellimuse {order.number} pakk on teel, kuid vedajalt ei ole mõnda päeva midagi uut kuulda olnud."
            " Vabandame ja hoiame sellel silma peal.\n\nUus eeldatav saabumisaeg: {parcel.eta}.",
        ),
        "late": (
            "Teie tellimus {order.number} hilineb",
            "Teie tellimus {order.number} võtab kauem aega, kui peaks. Vabandame.\n\nLubasime selle kohale hiljemalt:"
            " {order.promise}.\n\nUus eeldatav saabumisaeg: {parcel.eta}.",
        ),
        "attempts": (
            "Teie tellimust {order.number} ei õnnestunud kätte toimetada",
            "Vedaja on mitu korda püüdnud teie tellimust {order.number} kätte toimetada, kuid see ei ole õnnestunud."
            " Kui me teist ei kuule, võib pakk meile tagasi tulla.",
        ),
        "pickup": (
            "Teie tellimus {order.number} ootab järeletulemist",
            "Teie tellimuse {order.number} pakk ootab teid. Palun tulge sellele varsti järele: seda hoitakse vaid mõni"
            " päev ja seejärel saadetakse meile tagasi.\n\nPaki leiate siit: {parcel.place}",
        ),
        "exception": (
            "Teie tellimus {order.number}: probleem teel",
            "Vedaja teatab probleemist teie tellimuse {order.number} pakiga ega saa seda plaanipäraselt kohale"
            " toimetada. Vabandame ja uurime asja.\n\nUus eeldatav saabumisaeg: {parcel.eta}.",
        ),
        "exception_address": (
            "Teie tellimus {order.number}: vedaja ei leia aadressi",
            "Vedaja ei leia aadressi, kuhu teie tellimus {order.number} peaks jõudma. Palun saatke meile täielik"
            " aadress koos uksel oleva nime ja vajaduse korral korteri numbriga.",
        ),
        "lost": (
            "Teie tellimus {order.number} on tõenäoliselt kaduma läinud",
            "Teie tellimuse {order.number} pakist ei ole mitu päeva jälgegi. Peame arvama, et see on kaduma läinud."
            " See on meie risk, mitte teie: klaarime selle vedajaga ise.",
        ),
        "returning": (
            "Teie tellimus {order.number} tuleb meile tagasi",
            "Teie tellimuse {order.number} pakki ei õnnestunud üle anda ja see on teel meie juurde tagasi. Palun öelge,"
            " kuidas soovite jätkata.",
        ),
        "stock": (
            "Teie tellimus {order.number}: üks toode on otsas",
            "Üks teie tellimuse {order.number} toode on praegu otsas, mistõttu ei saa me seda veel teele panna."
            " Vabandame.",
        ),
        "payment": (
            "Teie tellimus {order.number}: makse ebaõnnestus",
            "Teie tellimuse {order.number} makse ebaõnnestus, mistõttu ei saa me seda veel teele panna. Palun makske"
            " meie poes uuesti või vastake sellele kirjale, kui vajate abi.",
        ),
        "received": (
            "Saime teie tellimuse {order.number} kätte",
            "Täname tellimuse {order.number} eest. Saime selle kätte ja asume tööle.",
        ),
        "paid": (
            "Tellimuse {order.number} makse on laekunud",
            "Täname! Teie makse tellimuse {order.number} eest on laekunud.",
        ),
        "shipped": (
            "Teie tellimus {order.number} on teel",
            "Teie tellimus {order.number} on teele pandud.\n\nVedaja: {parcel.carrier}\n\nPaki number:"
            " {parcel.number}\n\nEeldatav saabumisaeg:"
            " {parcel.eta}.",
        ),
        "out_for_delivery": (
            "Teie tellimus {order.number} saabub täna",
            "Teie tellimuse {order.number} pakk on kulleri käes ja peaks täna teieni jõudma.",
        ),
        "ready": (
            "Teie tellimus {order.number} on järeletulemiseks valmis",
            "Teie tellimus {order.number} on valmis ja ootab teid.\n\nSelle leiate siit: {parcel.place}",
        ),
        "delivered": (
            "Teie tellimus {order.number} on kohale toimetatud",
            "Vedaja teatel on teie tellimus {order.number} kohale toimetatud. Kui midagi on puudu või katki, vastake"
            " lihtsalt sellele kirjale.",
        ),
        "incident": (
            "Teie tellimus {order.number} viibib",
            "Teie tellimus {order.number} viibib. Põhjus: …\n\nVabandame ja toimetame selle kohale nii kiiresti, kui"
            " saame.",
        ),
    },
)
