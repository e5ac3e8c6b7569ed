"""The Estonian shop."""

from shopbell.demo.scenes import Cast, Scene, answer, ask, note

SCENES = (
    Scene(
        subject="Kus mu pakk on? {order}",
        tags=("tarne",),
        priority=3,
        turns=(
            ask(
                "Tere!\n\nTellisin eelmisel nädalal kauba {product}. Jälgimine ütleb neljandat päeva „teel“, "
                "aga pakiautomaati "
                "({town}) ei ole midagi jõudnud. Laupäeval on sünnipäev ja kingitus võiks selleks ajaks kohal "
                "olla.\n\nKas saate "
                "uurida?\n\nTervitades\n{name}"
            ),
        ),
    ),
    Scene(
        subject="Kruus jõudis kohale katkisena",
        tags=("kahjustus",),
        turns=(
            ask(
                "Tere, Hallik!\n\nPakk tuli täna, aga üks kruus on kolmes tükis. Pilt on lisatud. Karp ise oli "
                "terve.\n\nKas pean "
                "killud tagasi saatma?\n\n{first}",
                picture="cup",
            ),
            answer(
                "Tere, {first}!\n\nPalun vabandust, ja aitäh pildi eest. Killud võib ära visata. Uus kruus "
                "läheb täna teele, "
                "seekord paksemalt pakitud.\n\nLugupidamisega\n{agent}",
                25,
            ),
            ask("Väga kiire, suur tänu!", 30),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Vale suurus, sooviksin vahetada",
        tags=("vahetus",),
        turns=(
            ask(
                "Tere\n\n{garment} on ilus, aga M on mulle kitsas. Kas L on veel olemas? Lehel on kirjas „järel "
                "2“. Kas saaks selle "
                "mulle kõrvale panna, kuni oma tagasi saadan?\n\n{name}"
            ),
            note("L on laos kõrvale pandud, riiul 14, kuni reedeni.", 15),
        ),
    ),
    Scene(
        subject="Palun arvet ettevõtte nimele",
        tags=("arve",),
        by_form=True,
        turns=(
            ask(
                "Tellimus {order} tuleks vormistada OÜ Lepik ja Pojad nimele, registrikood 14567890. Praegu on "
                "arvel minu nimi."
            ),
        ),
    ),
    Scene(
        subject="Sooduskood SÜGIS15 ei tööta",
        tags=("sooduskood",),
        turns=(
            ask(
                "Tere! Kood tuli uudiskirjaga, aga kassa ütleb „tundmatu kood“. Ostukorvis on 84 eurot. Mida ma "
                "valesti teen?\n\n{first}"
            ),
            answer(
                "Tere, {first}!\n\nMitte midagi, viga oli meil: kood kehtis ainult uutele klientidele. Nüüd "
                "peaks toimima. Kui ei, "
                "siis võtan 15% käsitsi maha.\n\nLugupidamisega\n{agent}",
                40,
            ),
            ask("Töötas! Aitäh.", 15),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Taganemine tellimusest {order}",
        tags=("taganemine",),
        turns=(
            ask(
                "Käesolevaga taganen lepingust, mille ese on {product}. Sain kauba kätte esmaspäeval, see on "
                "kasutamata ja "
                "originaalpakendis.\n\n{name}\n{town}"
            ),
            answer(
                "Tere, {first}!\n\nSaime teie taganemisavalduse täna kätte. Tagastussilt tuli eraldi kirjaga, "
                "raha maksame tagasi "
                "hiljemalt 14 päeva jooksul.\n\nLugupidamisega\n{agent}",
                95,
            ),
        ),
        outcome="answered",
    ),
    Scene(
        subject="Kiitus!",
        tags=("kiitus",),
        turns=(
            ask(
                "Tere kõigile!\n\nTahtsin lihtsalt öelda, et {product} on veel ilusam kui pildil ja käsitsi "
                "kirjutatud kaart pani "
                "naeratama. Niisuguseid poode võiks rohkem olla.\n\nSoojad tervitused, {town}\n{name}"
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Kas {garment} on masinpestav?",
        tags=("tooteküsimus",),
        by_form=True,
        turns=(
            ask(
                "Sildil on pesukauss ja käsi. Kas see tähendab tõesti ainult käsipesu või kannatab 30 kraadi "
                "villaprogrammi ka?"
            ),
        ),
    ),
    Scene(
        subject="Aadress on vale, palun kiiresti!",
        tags=("tarne",),
        priority=4,
        turns=(
            ask(
                "Tellisin just praegu ({order}) ja alles jäi vana aadress!! Palun saatke hoopis: Aia 8, {town}. "
                "Kui juba pakitud, siis palun kinni pidada. Aitäh!"
            ),
        ),
    ),
    Scene(
        subject="Raha pole tagasi laekunud",
        tags=("tagasimakse",),
        priority=3,
        turns=(
            ask("Tere. Saatsin tellimuse {order} kolm nädalat tagasi tagasi, 89 eurot ei ole siiani kontol. {name}"),
            answer(
                "Tere!\n\nLeidsin saadetise üles, silt oli maha tulnud ja see seisis laos nimetuna. Makse läks "
                "just teele.\n\n"
                "Vabandan ootamise pärast\n{agent}",
                150,
            ),
            ask("Tänan. Annan teada, kui raha on käes.\n\n{name}", 60),
        ),
        outcome="answered",
    ),
    Scene(
        subject="Lukk läks kahe kuuga katki",
        tags=("garantii",),
        turns=(
            ask(
                "Tere!\n\nKaubal {bag} ({order}) hakkas lukk eelmisel nädalal kiiluma ja eile tuli päris "
                "lahti. Kahe kuuga ei "
                "tohiks nii juhtuda. Millised võimalused mul on?\n\n{name}",
                picture="zip",
            ),
        ),
    ),
    Scene(
        subject="Millal tuleb {garment} jälle müügile?",
        tags=("tooteküsimus",),
        turns=(
            ask("Tere, sinakasroheline on juba nädalaid otsas. Kas tasub oodata? {first}"),
            answer(
                "Tere, {first}!\n\nJärgmine kogus jõuab kuu lõpus. Kirjutan teile kohe, kui kaup on "
                "kohal.\n\nLugupidamisega\n{agent}",
                120,
            ),
        ),
        outcome="snoozed",
    ),
    Scene(
        subject="Automaatvastus: Teie tellimus on teel",
        turns=(
            ask(
                "Olen puhkusel kuni kuu lõpuni ja kirju ei loe. Kiireloomulistes asjades pöörduge palun "
                "kolleegi poole.",
                is_automatic=True,
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Odav laen ilma tagatiseta",
        who="Kiirraha",
        address="pakkumine@kiirraha.example",
        is_once=True,
        is_forged=True,
        turns=(ask("Saate kuni 20 000 eurot juba täna! Vajutage lingile ja sisestage oma pangaandmed."),),
        outcome="spam",
    ),
    Scene(
        subject="Villa saatedokument",
        who="Muhu Lammas OÜ",
        address="info@muhulammas.example",
        is_once=True,
        tags=("tarnija",),
        turns=(
            ask(
                "Tere hommikust!\n\nTeele läks 42 kg pestud villa, kohal homme lõunaks. Saateleht on pakis, "
                "arve tuleb kuu lõpus.\n\nTervitades\nÕnne, Muhu Lammas"
            ),
        ),
    ),
    Scene(
        subject="Kuller jättis paki vihma kätte",
        tags=("tarne", "kahjustus"),
        turns=(
            ask(
                "Tere\n\nPakk oli ukse ees paduvihmas, kuigi sõnumis seisis „antud üle isiklikult“. {garment} "
                "on läbimärg. Olen üsna pettunud.\n\n{name}"
            ),
        ),
        priority=3,
    ),
)

CAST = Cast(
    language="et",
    shop="Hallik Eesti",
    slug="hallik-ee",
    address="abi@hallik-ee.example",
    website="https://hallik-ee.example",
    time_zone="Europe/Tallinn",
    domains=("postkast.example", "kirjad.example"),
    products=("mantel Ivo", "kampsun Lene", "teekann Rund", "voodipesu Fjord", "pleed Saare", "seljakott Trek 28"),
    quoted="{date} kirjutas {name}:",
    signature="Hallik Eesti · Klienditeenindus\nE–R 8–17",
    settled="Tere, {first}!\n\nAitäh kirja eest. Sain asja just korda, kinnitus tuleb eraldi kirjaga. Andke "
    "julgelt teada, "
    "kui midagi jäi lahtiseks.\n\nLugupidamisega\n{agent}",
    scenes=SCENES,
    macros=(
        (
            "Pakk hilineb",
            "Tere, {customer.first_name}!\n\nVabandan ootamise pärast. Palusin kulleril paki üles otsida ja "
            "annan teile teada "
            "hiljemalt kahe tööpäeva jooksul.\n\nLugupidamisega\n{agent.name}",
        ),
        (
            "Tagastussilt",
            "Tere, {customer.first_name}!\n\nTagastussilt on kirjale lisatud. Kleepige see karbile ja viige "
            "pakk automaati. "
            "Kviitung hoidke alles.\n\nLugupidamisega\n{agent.name}",
        ),
        (
            "Taganemine kinnitatud",
            "Tere, {customer.first_name}!\n\nTeie taganemisavaldus jõudis meieni täna. Maksame kogu summa koos "
            "tavatarnega "
            "tagasi 14 päeva jooksul samal viisil, nagu maksite.\n\nLugupidamisega\n{agent.name}",
        ),
    ),
)
