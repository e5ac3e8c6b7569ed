"""Frequent small words and shop words by language, as data: enough to tell a short mail's language without a model."""

WORDS = {
    "en": """
the and to of is in for my you your with not this that have has was are will can could would please thanks thank hello
hi dear order when where what how but if from on at be been it we i me our they there which yet still any some about
received delivery delivered parcel package refund return returned shipping shipped item invoice money help need want
got get just only by an a as so do does did don't didn't haven't hasn't i'm i'd it's best regards sorry yes no good
morning wrong size colour color broken missing cancel cancelled bought send sent yesterday today tomorrow week days
ago track
""",
    "de": """
der die das und ist nicht ich sie wir ein eine einen einer mit für auf von zu dem den des im in bitte danke vielen
dank hallo guten tag sehr geehrte damen herren mein meine meinen meiner habe haben hat wann wo wie was aber wenn noch
bei auch es war sind wird werden kann können möchte bestellung bestellt lieferung geliefert paket rückgabe rücksendung
zurück rechnung geld artikel größe leider bisher schon heute gestern morgen woche tage erhalten angekommen kaputt
defekt falsche storno stornieren bestellnummer gruß grüße freundlichen liebe dass nach über oder als um am an ihr ihre
ihnen mir mich uns servus moin herr frau sendung versand gerne jetzt nur doch mal ja nein keine kein wurde
""",
    "da": """
og er ikke jeg det en et til med på for af at har min mit mine den de der som vi du hvad hvor hvornår hvordan hvorfor
tak hej men jer jeres mig dig sig fået få købt pakke pakken ordre ordren bestilling levering leveret retur returnere
penge faktura endnu nu kun også eller efter meget noget nogen skal kan vil kunne ville blev blevet bliver være været
gerne hilsen venlig mvh stadig sendt modtaget varen vare størrelse forkert gået itu uge dage siden igår i dag goddag
kære hjælp hjælpen mange bytte refunderet ombytte fra ved om så når ud op lige bare min vores ønsker ja nej godt
undskyld pengene tilbage sender
""",
    "nb": """
og er ikke jeg det en et til med på for av at har min mitt mine den de der som vi du hva hvor når hvordan hvorfor takk
hei men dere deres meg deg seg fått få kjøpt kjøpte pakke pakken ordre ordren bestilling bestillingen levering levert
retur returnere penger faktura ennå enda nå kun bare også eller etter mye noe noen skal kan vil kunne ville ble blitt
blir være vært gjerne hilsen vennlig mvh fortsatt sendt mottatt varen vare størrelse feil uke dager siden ødelagt
hjelp hjelpen tusen bytte refusjon fra ved om så ut opp vår vårt ønsker ja nei beklager tilbake sjekke tilbakemelding
vennligst melding i går
""",
    "sv": """
och är inte jag det en ett till med på för av att har min mitt mina den de som vi ni du vad var när hur varför tack
hej men er ert era mig dig sig fått få köpt paket paketet order ordern beställning beställningen leverans levererat
retur returnera pengar faktura ännu nu bara också eller efter mycket något någon ska kan vill kunde skulle blev blivit
blir vara varit gärna hälsning hälsningar vänlig vänliga mvh fortfarande skickat skickade mottagit varan storlek fel
vecka dagar sedan igår idag trasig hjälp hjälpen från om så ut upp vår önskar ja nej tyvärr tillbaka mot detta snälla
byta återbetalning
""",
    "et": """
ja on ei ma mina te teie me meie see et kui mis kus millal kuidas miks aga ning või ka oma minu mu palun aitäh tänan
tere tervist pakk pakki pakk paki tellimus tellimuse tellisin tellitud tellimust tarne kohale jõudnud saanud saada
sain saaksin soovin sooviksin tagastada tagastus raha arve kas veel juba oli olen oleks pole mulle teile kätte toode
toote katki vale suurus nädal nädalat päeva tagasi eile täna homme lugupidamisega tervitades head aega päevast
hommikust õhtust selle saatke saata saadetis palju väga ainult siis kuid sest pärast ette number tellimusele jah sobib
sobiks küsimus vahetada tühistada
""",
    "fi": """
ja on ei en se että minä te me kun mikä mitä missä milloin miten miksi mutta tai myös oma minun kiitos kiitoksia hei
moi terve paketti pakettini paketin tilaus tilauksen tilaukseni tilasin tilannut toimitus saapunut saanut saada haluan
haluaisin palauttaa palautus rahat lasku voiko voisitteko voitteko vielä jo oli olen olisi ole minulle teille tuote
tuotteen rikki väärä koko viikko viikkoa päivää sitten eilen tänään huomenna terveisin ystävällisin hyvää päivää kuin
niin ovat joka jos kuinka koska numero vaihtaa peruuttaa toimitettu lähetys lähetetty apua olisiko
""",
    "nl": """
de het een en is niet ik u jij wij we van in op te dat met voor mijn maar als er om aan naar bij ook nog wel wat waar
wanneer hoe waarom bedankt dank hallo beste goedendag goedemorgen heb heeft hebben kan kunt kunnen wil graag
bestelling besteld pakket pakketje levering geleverd bezorgd retour retourneren terug geld factuur artikel maat
verkeerde kapot week dagen geleden gisteren vandaag morgen ontvangen groet groeten vriendelijke al geen uw jullie mij
mijn zou deze dit worden werd was zijn helaas alvast ja nee binnen sturen gestuurd verzonden annuleren
""",
    "fr": """
le la les de des du et est pas je vous nous un une que qui dans pour sur avec ce cette mon ma mes votre vos mais si où
quand comment pourquoi merci bonjour bonsoir salut commande commandé colis livraison livré reçu retour retourner
remboursement remboursé facture article taille toujours encore hier aujourd'hui demain semaine jours il elle ne au aux
par plus été ai avez j'ai n'ai c'est d'un j'aimerais voudrais cordialement madame monsieur svp plaît s'il bien très
cassé mauvaise annuler savoir être fait non oui en y
""",
    "es": """
el la los las de del y es no yo usted que en un una por para con mi mis su pero si dónde donde cuándo cuando cómo como
gracias hola buenos buenas días tardes pedido paquete envío entrega entregado recibido he ha devolver devolución
reembolso factura artículo talla todavía aún ayer hoy mañana semana se lo me le al más muy está están quiero quisiera
puede pueden saludos favor señor señora roto equivocado número también ya sin hace qué cambiar cancelar tengo ser sí
ustedes compra
""",
    "it": """
il lo la i gli le di del della e è non io che in un una per con mio mia miei vostro ma se dove quando come perché
grazie ciao buongiorno buonasera salve ordine ordinato pacco spedizione consegna consegnato ricevuto ho ha restituire
reso rimborso fattura articolo taglia ancora ieri oggi domani settimana si mi ci al più molto sono vorrei può potete
cordiali saluti rotto sbagliato sbagliata numero anche già senza fa cosa cambiare annullare sia nel alla dal questo
questa favore
""",
    "pl": """
i w na z do nie jest to się że jak ale czy moja moje mój mojej proszę dziękuję dzień dobry witam cześć zamówienie
zamówienia zamówiłem zamówiłam paczka paczki przesyłka dostawa dostałem dostałam otrzymałem otrzymałam zwrot zwrócić
pieniądze faktura faktury kiedy gdzie jeszcze już wczoraj dzisiaj dziś jutro tydzień dni pozdrawiam po od za dla o
przez mam był była jestem państwo pan pani rozmiar zły uszkodzony numer także co tylko bardzo ten ta wymienić anulować
chcę chciałbym chciałabym tego które który
""",
    "pt": """
o a os as de do da e é não eu que em um uma por para com meu minha meus mas se onde quando como obrigado obrigada olá
bom boa dia tarde encomenda pedido entrega entregue recebi recebido devolver devolução reembolso fatura artigo tamanho
ainda ontem hoje amanhã semana você vocês mais muito está estão quero queria gostaria pode podem cumprimentos número
também já sem há dias no na dos das ao
""",
    "cs": """
a je to se že jsem není na v s z do pro jak ale kdy kde prosím děkuji dobrý den objednávka objednávku objednávky balík
zásilka zboží vrátit vrácení peníze faktura ještě už včera dnes zítra mám jste jsme bych chtěl chtěla který která dnů
nebo při také velikost číslo pozdravem kdy tak jako
""",
    "sk": """
a je to sa že som nie na v s z do pre ako ale kedy kde prosím ďakujem dobrý deň objednávka objednávku objednávky balík
zásielka tovar vrátiť vrátenie peniaze faktúra ešte už včera dnes zajtra mám ste sme by chcel chcela ktorý ktorá dní
alebo pri tiež veľkosť číslo pozdravom
""",
    "lv": """
un ir nav es jūs mēs ka kas kur kad kā bet vai mans mana lūdzu paldies labdien sveiki pasūtījums pasūtījumu pasūtīju
sūtījums paka piegāde saņēmu saņēmis atgriezt nauda rēķins vēl jau vakar šodien ar uz no par pēc šī tas man jums
""",
    "lt": """
ir yra nėra aš jūs mes kad kas kur kada kaip bet ar mano prašau ačiū laba diena sveiki užsakymas užsakymą užsakiau
siunta siuntinys pristatymas gavau negavau grąžinti pinigai sąskaita dar jau vakar šiandien su į iš už po tai man jums
dėl
""",
}

#: Words so telling for one language that they outweigh their use in another ("tak" is Danish thanks, also Polish yes).
TELLING = {
    "en": "thanks thank please hello the refund received",
    "de": "danke bitte nicht ich hallo bestellung paket und grüße",
    "da": "tak mig dig hvad af nu efter meget fået købt endnu tjekke jeres blevet noget nogen hvornår hjælpen",
    "nb": "takk hva etter mye fått kjøpt ennå dere deg meg noe noen uke ødelagt hjelpen vennligst beklager nå blitt",
    "sv": "tack och inte är hälsningar beställning någon från",
    "et": "aitäh tänan tere palun tellimus pole minu",
    "fi": "kiitos hei moi että missä tilaus",
    "nl": "bedankt niet ik het een graag bestelling",
    "fr": "merci bonjour vous je commande colis",
    "es": "gracias hola pedido usted dónde",
    "it": "grazie ciao buongiorno ordine pacco sono",
    "pl": "dziękuję proszę paczka nie jest się zamówienie",
    "pt": "obrigado obrigada olá não encomenda",
}

#: Letters that few languages use; a word with one counts for them.
LETTERS = {
    "õ": "et pt",
    "ä": "de et fi sv sk",
    "ö": "de et fi sv hu tr",
    "ü": "de et hu tr",
    "ß": "de",
    "æ": "da nb",
    "ø": "da nb",
    "å": "da nb sv",
    "ł": "pl",
    "ą": "pl lt",
    "ę": "pl lt",
    "ż": "pl",
    "ś": "pl",
    "ć": "pl hr",
    "ń": "pl",
    "ñ": "es",
    "¿": "es",
    "¡": "es",
    "ã": "pt",
    "ç": "fr pt tr",
    "ê": "fr pt",
    "è": "fr it",
    "ù": "fr it",
    "œ": "fr",
    "ò": "it",
    "ì": "it",
    "ř": "cs",
    "ě": "cs",
    "ů": "cs",
    "ľ": "sk",
    "ő": "hu",
    "ű": "hu",
    "ğ": "tr",
    "ı": "tr",
    "ş": "tr",
    "ț": "ro",
    "ș": "ro",
    "ă": "ro",
    "ā": "lv",
    "ē": "lv",
    "ī": "lv",
    "ņ": "lv",
    "ģ": "lv",
    "ė": "lt",
    "ų": "lt",
    "į": "lt",
    "ū": "lt lv",
    "đ": "hr",
}
