"""Closing formulas, device lines and legal notices at the end of a mail, language by language, as data."""

from .phrases import words

#: Closing formulas: alone on a line or followed by a name.
CLOSINGS = words("""
en: best regards | kind regards | kindest regards | warm regards | warmest regards | with kind regards | regards
en: with best regards | best wishes | with best wishes | all the best | yours sincerely | yours faithfully
en: yours truly
en: sincerely | sincerely yours | many regards | warmly | respectfully | cordially | very truly yours | regards from
en: kind regards and thanks | with regards | many greetings | greetings from | warm wishes | with kindest regards
de: mit freundlichen grüßen | mit freundlichen grüssen | mit freundlichen gruessen | mit freundlichem gruß
de: mit freundlichem gruss | freundliche grüße | freundliche grüsse | freundlichen gruß | mit besten grüßen
de: mit besten grüssen | beste grüße | beste grüsse | besten gruß | viele grüße | viele grüsse | viele liebe grüße
de: liebe grüße | liebe grüsse | liebe gruesse | herzliche grüße | herzliche grüsse | schöne grüße | schöne grüsse
de: mit herzlichen grüßen | mit lieben grüßen | mit vielen grüßen | mit schönen grüßen | mit bestem gruß | grüße
de: grüsse | gruesse | gruß | gruss | lieben gruß | viele gruesse | beste gruesse | freundliche gruesse | schönen gruß
de: hochachtungsvoll | es grüßt | es grüßt sie | mit bester empfehlung | grüße aus | herzlichst | sonnige grüße
de: mit sonnigen grüßen | freundlichst | mit vorzüglicher hochachtung | mit freundl. grüßen
da: med venlig hilsen | med venlige hilsner | venlig hilsen | venlige hilsner | mange hilsner | bedste hilsner
da: de bedste hilsner | med de bedste hilsner | med bedste hilsner | bedste hilsen | hilsen | hilsner | kærlig hilsen
da: kærlige hilsner | hilsen fra | de venligste hilsner | med hilsen | med kærlig hilsen | god dag og hilsen
et: lugupidamisega | parimate soovidega | heade soovidega | tervitades | tervitustega | parimat soovides
et: kõike head soovides | austusega | sügava lugupidamisega | lugupidavalt | ilusat päeva soovides | parimat
et: parimate tervitustega | heade tervitustega | kena päeva soovides | kaunist päeva soovides | tervitab
et: sõbralike tervitustega | südamlike tervitustega | edu soovides | head soovides
sv: med vänlig hälsning | med vänliga hälsningar | vänliga hälsningar | vänlig hälsning | hälsningar
sv: bästa hälsningar
sv: med bästa hälsningar | hälsning | många hälsningar | varma hälsningar | med hälsning | allt gott
sv: högaktningsfullt
fi: ystävällisin terveisin | terveisin | parhain terveisin | kunnioittavasti | ystävällisesti | terveiset
fi: parhaat terveiset | hyvin terveisin | lämpimin terveisin | kiittäen | terkuin | sydämellisin terveisin
nb: med vennlig hilsen | vennlig hilsen | vennlige hilsner | beste hilsen | beste hilsener | med beste hilsen
nb: med vennlege helsingar | vennleg helsing | helsing | med venleg helsing | hilsener | med vennlige hilsener
nl: met vriendelijke groet | met vriendelijke groeten | vriendelijke groet | vriendelijke groeten | groet | groeten
nl: hartelijke groet | hartelijke groeten | hoogachtend | beste groeten | groetjes | met hartelijke groet
nl: met beste groeten | met vriendelijke groet en dank | gegroet
fr: cordialement | bien cordialement | très cordialement | sincères salutations | salutations distinguées
fr: bien à vous
fr: meilleures salutations | cordiales salutations | salutations | respectueusement | bien sincèrement | amicalement
fr: salutations cordiales | avec mes salutations distinguées | sincèrement | bien amicalement | bien respectueusement
es: saludos | un saludo | saludos cordiales | un cordial saludo | atentamente | cordialmente
es: reciba un cordial saludo
es: muchos saludos | atte | reciban un cordial saludo | saludos atentos | un abrazo | le saluda atentamente
it: cordiali saluti | distinti saluti | un saluto | saluti | un cordiale saluto | cordialmente | i migliori saluti
it: con i migliori saluti | in fede | tanti saluti | un caro saluto | porgo cordiali saluti | porgo distinti saluti
pl: pozdrawiam | z poważaniem | z wyrazami szacunku | serdecznie pozdrawiam | pozdrowienia | pozdrawiam serdecznie
pl: łączę pozdrowienia | z pozdrowieniami | z szacunkiem | pozdrawiamy | łączę wyrazy szacunku
pt: atenciosamente | com os melhores cumprimentos | melhores cumprimentos | cumprimentos | cordiais saudações
pt: saudações | abraços | respeitosamente | um abraço | com os meus cumprimentos
cs: s pozdravem | s přátelským pozdravem | s úctou | srdečně | hezký den přeje
sk: s úctou | s priateľským pozdravom | s pozdravom | so srdečným pozdravom
hr sl: srdačan pozdrav | s poštovanjem | lijep pozdrav | lep pozdrav | lp | pozdrav
ro: cu stimă | cu respect | o zi bună | toate cele bune | cu deosebită stimă
hu: üdvözlettel | tisztelettel | szép napot | köszönettel
ru: с уважением | с наилучшими пожеланиями | всего доброго | всего хорошего | искренне ваш
uk: з повагою | з найкращими побажаннями | всього найкращого
tr: saygılarımla | iyi çalışmalar | saygılar | iyi günler dilerim | sevgiler
lv lt: ar cieņu | pagarbiai | su pagarba | geros dienos
el is: με εκτίμηση | bestu kveðjur | með kveðju | kveðja
ja zh: よろしくお願いいたします | 敬具 | 此致敬礼 | 此致
en: have a nice day | have a great day | have a good day | have a nice weekend | have a great weekend
de: schönen tag noch | einen schönen tag noch | schönes wochenende | ein schönes wochenende
de: einen schönen tag wünscht | schönen abend noch | schönen tag
da nb: god weekend | ha en god dag | hav en god dag | god dag | ha en fin dag | ha en god helg | god helg
et: ilusat päeva | kena päeva | kaunist päeva | kõike head | kõike kaunist | päikest | head päeva jätku | head päeva
et: ilusat nädalavahetust | kaunist päeva jätku | ilusat õhtut | jõudu tööle
sv: trevlig helg | ha en bra dag | ha en fin dag | ha det bra | ha det fint
fi: mukavaa päivänjatkoa | hyvää päivänjatkoa | hyvää viikonloppua | mukavaa päivää | aurinkoista päivänjatkoa
nl: fijne dag | fijne dag nog | prettige dag | fijn weekend | nog een fijne dag | prettig weekend
fr: bonne journée | bonne réception | bonne soirée | bonne fin de journée | bon week-end | belle journée
es: que tenga un buen día | buen día | que tengan un buen día | buen fin de semana
it: buona giornata | buona serata | buon weekend | buon lavoro | pl: miłego dnia | miłego weekendu | dobrego dnia
""")

#: Abbreviated or one-word formulas that are also ordinary words: only alone on the line, or with a single name.
SHORT_CLOSINGS = words("""
mfg | lg | vg | mvh | dbh | vh | kh | br | kr | rgds | brgds | bg | best | cheers | xoxo | mbh | bh | vlg | knus
slds | cdt | cdlt | terv | lugup | tervitused | gr | grtz | mvg
""")

#: Of these, those that mean nothing else, so that a whole name may follow.
SURE_ABBREVIATIONS = words("mfg | mvh | dbh | mbh | rgds | brgds | mvg | cdlt | slds")

#: Thanks before a closing formula on the same line: "Vielen Dank und beste Grüße". Thanks alone are content.
THANKS = words("""
thanks | thank you | many thanks | thanks a lot | thanks in advance | thank you in advance | with thanks | thx
danke | vielen dank | besten dank | herzlichen dank | danke im voraus | vielen dank im voraus | mit bestem dank
danke schön | dankeschön | tak | mange tak | på forhånd tak | tusind tak | med tak | aitäh | tänan | suur tänu
ette tänades | tänud | tänan ette | tänu ette | tänades | tack | tack på förhand | stort tack | tack så mycket
kiitos
kiitos etukäteen | kiitoksia | paljon kiitoksia | takk | tusen takk | på forhånd takk | takk på forhånd | bedankt
alvast bedankt | dank u | dank je | met dank | merci | merci beaucoup | merci d'avance | gracias | muchas gracias
gracias de antemano | grazie | grazie mille | grazie in anticipo | dziękuję | dziękuję z góry | z góry dziękuję
obrigado | obrigada | děkuji | ďakujem | hvala | спасибо | дякую | mulțumesc | köszönöm | teşekkürler | paldies | ačiū
""")
AND = words("""
and | und | & | + | og | och | ja | et | e | y | en | i | a | и | та | ve | és | un | ir | with | mit | med | si
și | u | sowie
""")

#: First words of the line a device or a mail app adds.
SENT_FROM = tuple(
    sorted(
        words("""
en: sent from | sent via | sent with | sent using | sent by | get outlook for | download outlook for | sent on the
en: get the new yahoo mail | download the all new | composed on | written on my | typed on my | sent on my
en: sent through
de: von meinem | gesendet von | gesendet mit | gesendet über | gesendet aus | gesendet via | von unterwegs gesendet
de: diese nachricht wurde von meinem | diese nachricht wurde mit | diese mail wurde von meinem
de: diese e-mail wurde von meinem
de: holen sie sich outlook | outlook für | verschickt mit | verschickt von | versendet mit | versendet von
de: mit meinem
de: laden sie outlook | hol dir outlook | gesendet vom | mobil gesendet
da nb: sendt fra | sendt med | sendt via | hent outlook | få outlook | skaff deg outlook | last ned outlook
da nb: skaffa outlook | denne e-mail er sendt fra | denne mail er sendt fra | send fra | outlook til | outlook for
et: saadetud minu | saadetud | hangi outlook | hankige outlook | laadi alla outlook | kiri saadetud | saatsin oma
sv: skickat från | skickades från | skickat med | skickat via | hämta outlook | ladda ned outlook | skaffa outlook
fi: lähetetty | hanki outlook | lataa outlook | lähetetty laitteesta | nouda outlook
nl: verzonden vanaf | verstuurd vanaf | verzonden met | verstuurd met | verzonden via | download outlook
nl: outlook voor
nl: verzonden van | verstuurd via | ontvang outlook | haal outlook
fr: envoyé de mon | envoyé depuis | envoyé à partir | envoyé avec | envoyé par | envoyé de | obtenez outlook
fr: envoyé via
fr: télécharger outlook | téléchargez outlook | obtenir outlook | envoyé d'
es: enviado desde | enviado con | enviado por | obtener outlook | descargar outlook | obtenga outlook | enviado de
es: enviado via
it: inviato da | inviato dal | inviato con | inviato tramite | ottieni outlook | scarica outlook | inviato via
it: inviata da
pl: pobierz program outlook
pl: wysłane z | wysłano z | wysłane przez | wysłane za | pobierz outlook | uzyskaj outlook | pobierz aplikację outlook
pt: enviado do | enviado a partir | enviado pelo | enviada do | obter o outlook | obter outlook | baixe o outlook
cs sk: odesláno z | odoslané z | získat outlook | získajte outlook | poslané z | posláno z | stáhnout outlook
ru uk: отправлено с | отправлено из | отправлено от | надіслано з | надіслано із | отправлено через | получить outlook
hu ro tr hr: küldve a | a következőből küldve | trimis de pe | trimis din | trimis de la | poslano s | poslano sa
hu ro tr hr: poslano iz
lv lt: sūtīts no | nosūtīts no | išsiųsta iš | siųsta iš
el is: στάλθηκε από | εστάλη από | sent úr
ja zh ko: 发自我的 | 发自 | 從我的 | 从我的 | 寄自我的 | 나의 | 傳送自
""")
    )
)
#: Its second word where it says what the mail was sent from, so that any device may follow.
SENT_FROM_PLACES = words("""
from | fra | från | vanaf | van | de | depuis | à | desde | do | da | dal | z | с | из | з | minu
""")
#: Participles of sending in German, which stand at the end.
SENT = ("gesendet", "geschrieben", "verschickt", "versendet", "verfasst")
#: … or its last words.
SENT_FROM_ENDS = (
    "から送信",
    "から送信されました",
    "傳送",
    "发送",
    "에서 보냄",
    "gönderildi",
    "-mal küldve",
    "gesendet",
)

#: What such a line names.
DEVICES = words("""
iphone | ipad | ipod | ios | mac | macbook | apple | samsung | galaxy | android | blackberry | windows | outlook
yahoo | gmail | mail | huawei
xiaomi | redmi | nokia | lumia | htc | sony | xperia | oneplus | pixel | smartphone | handy | mobile | mobil | phone
mobiltelefon | telefon | telefonist | nutitelefonist | mobiilist | mobiiltelefonist | mobiililaitteesta
puhelimesta | handset
tablet | tahvelarvutist | typeapp | bluemail | aqua | spark | protonmail | proton | airmail | thunderbird | web.de
gmx
app | surface | mailbird | canary | edison | fastmail | hey | tutanota | tuta | mailspring | icloud | aol | ionos
t-online
iphonesta | iphonest | ipadist | iphone'ist | ipad'ist | iphone'ilt | seadmest | smartphone'ist | iphonen | ipadista
iphonem | iphonu
mobilen | mobilenhed | mobiltelefonen | mobiele | telefoon | toestel | téléphone | portable | móvil | cellulare
telefono | telefonu
iphone'u | iphone'a | ipada | smartfona | smartfonu | celular | telemóvel | motorola | moto | oppo | honor | realme
nothing | zenfone | fairphone
superhuman | shortwave | missive | spike
mobiltelefonom | телефона | айфона | mobila | wiko | zte | verizon | at&t | t-mobile | vodafone | telekom | zoho
yandex | mail.ru
""")

#: Beginnings of device names that Finnish, Estonian and others put endings to.
INFLECTED = ("iphone", "ipad", "galaxy", "samsung", "android", "huawei", "xiaomi", "nokia", "macbook")

#: Words of running prose; two of them in a line after a closing formula make it content, not signature.
PROSE = words("""
en: i | you | we | my | your | me | please | is | are | have | has | was | will | can | could | would | need | want
en: not
en: it | this | that | if | when | because | but | they | don't | didn't | i'm | i'll | there | be | am | been | still
de: ich | sie | wir | bitte | mein | meine | meinen | ist | sind | habe | haben | nicht | war | werden | kann | können
de: es | das | dass | wenn | weil | aber | wurde | ihnen | mir | mich | noch | auch | möchte | wie | wann | warum
de: dem
da nb: jeg | du | vi | min | mit | mine | er | har | ikke | kan | skal | vil | det | hvis | når | men | blev | mig
da nb: meg
da nb: jer | dig | deg | at | hvornår | hvorfor | må | gerne | være
et: ma | mina | te | teie | me | minu | on | ei | palun | kas | oli | olen | saan | mulle | meie | see | kui | aga
et: sest
et: soovin | ole | pole | siis | veel | tahan | mis | miks | kus | millal | seda | saada | saatke
sv: jag | ni | inte | är | det | att | om | men | ska | snälla | mina | när
fi: minä | olen | te | ei | ole | että | jos | mutta | voitteko | haluan | tämä | se | kun | milloin
nl: ik | u | jij | wij | niet | is | het | dat | als | maar | heb | kan | kunt | mijn | graag | wanneer
fr: je | vous | nous | est | ne | pas | que | si | mais | mon | ma | ai | avez | pouvez | j'ai | votre | c'est
es: yo | usted | es | que | si | pero | mi | he | puede | por | favor | quiero | su | está
it: io | che | non | è | se | ma | mio | ho | può | vorrei | lei | sono | mi
pl: ja | nie | jest | że | jeśli | ale | mój | mam | proszę | czy | chcę | się | to
""")

#: Words that make a line with a figure in it content wherever it stands: it names an order, a parcel, an invoice.
REFERENCE = tuple(
    sorted(
        words("""
order | bestell | auftrag | rechnung | kundennummer | kundennr | ordre | faktura | tellimus | arve | kliendinumber
invoice
customer no | customer number | tracking | sendung | pakke | pakk | saadetis | retur | return no | return number
tilaus | lasku | beställ | kundnummer | kundenummer | bestelling | factuur | commande | facture | pedido | factura
ordine | fattura | zamówien | faktur | objednáv | encomenda | заказ | замовлення | megrendel | reference | referenz
referens | reference no | viitenumber | case no | ticket | vorgang | sag nr | sagsnummer | artikel | article no | iban
""")
    )
)

#: Parts of the labels that stand in signatures ("Tel.: …", "USt-IdNr.: …"); other labels name content ("Size: 42").
SIGNATURE_LABELS = tuple(
    sorted(
        words("""
tel | tlf | mob | cell | handy | fon | phone | fax | gsm | puh | mail | web | www | http | skype | linkedin | facebook
instagram | twitter | whatsapp | adress | address | anschrift | direct | direkt | durchwahl | office | büro | kontor
hotline | support | kundenservice | öffnungszeiten | cvr | vat | ust | hrb | hra | regist | gericht | geschäftsführ
sitz | steuer | bank | konto | kto | bic | reg | kood | kmkr | org | tunnus | kvk | btw | siret | siren | iva | nip
krs | vorstand | aufsichtsrat | ceo | director | manager | member | tegevjuht | juhatus | moms | bus | homepage
""")
    )
)

#: First words of a postscript: content again.
POSTSCRIPT = (
    "p.s",
    "ps:",
    "ps.",
    "ps ",
    "ps,",
    "ps -",
    "pps",
    "p.p.s",
    "p. s.",
    "nb:",
    "n.b",
    "nb!",
    "p.d.",
    "obs:",
    "obs!",
    "п.с",
    "з.і",
    "п. с.",
    "edit:",
)

#: First words of a notice that is nobody's message: to the end of the mail.
NOTICES = tuple(
    sorted(
        words("""
en: confidentiality notice | disclaimer | this e-mail has been checked for viruses
en: this email has been checked for viruses
en: virus-free | please consider the environment | think before you print | please do not print | important notice:
en: this e-mail was scanned | this email was scanned | think green | legal notice | privileged and confidential
de: virenfrei | diese e-mail wurde von avast | bitte denken sie an die umwelt | bitte prüfen sie, ob diese
de: haftungsausschluss
de: der inhalt dieser e-mail | vertraulichkeitshinweis | denken sie an die umwelt | diese e-mail kann vertrauliche
da: tænk på miljøet | fortrolighedsmeddelelse | virusfri | tænk på naturen | denne e-mail er blevet kontrolleret
et: palun mõelge keskkonnale | enne printimist | viirusevaba | konfidentsiaalsusteade | mõtle keskkonnale
sv: tänk på miljön | virusfri | nb: tenk på miljøet | fi: ajattele ympäristöä | virukseton
fr: pensez à l'environnement | avis de confidentialité | sans virus | afin de respecter l'environnement
es: aviso legal | aviso de confidencialidad | libre de virus | antes de imprimir | it: avviso di riservatezza
es: aviso legal | aviso de confidencialidad | libre de virus | antes de imprimir | it: privo di virus
nl: virusvrij | denk aan het milieu | pl: wolny od wirusów | informacja o poufności | zanim wydrukujesz
""")
    )
)
#: A notice also is a paragraph that speaks of this message and of confidence or of its recipient.
THIS_MESSAGE = words("""
en: this e-mail | this email | this message | this communication | this transmission
en: the information contained in this
en: the information in this | the contents of this | this electronic | any attachments
de: diese e-mail | diese email | diese nachricht | dieser e-mail | diese mail | dieser nachricht | die in dieser
da nb: denne e-mail | denne mail | denne meddelelse | denne e-post | denne e-posten | denne meldingen
da nb: indholdet af denne
et: käesolev e-kiri | käesolev kiri | see e-kiri | see kiri | käesolev sõnum | see sõnum | käesolevas e-kirjas
et: käesolevas kirjas | antud kiri | antud e-kiri | käesoleva kirja | käesoleva e-kirja | selles e-kirjas
sv: detta e-post | detta meddelande | detta mail | denna e-post | fi: tämä sähköposti | tämä viesti | tämän viestin
nl: dit e-mailbericht | dit bericht | deze e-mail | de informatie in deze | fr: ce message | cet e-mail | ce courriel
fr: ce courrier | les informations contenues | es: este mensaje | este correo | la información contenida
it: questo messaggio | le informazioni contenute | questa e-mail | il presente messaggio | la presente comunicazione
pl: niniejsza wiadomość | ta wiadomość | informacje zawarte | treść tej wiadomości | pt: esta mensagem | este e-mail
ru: это сообщение | данное сообщение | это электронное | uk: це повідомлення | cs: tato zpráva | tento e-mail
ru: это сообщение | данное сообщение | это электронное | uk: це повідомлення | cs: táto správa
""")
CONFIDENCE = words("""
en: confidential | privileged | intended solely | intended only | intended recipient | intended for the | unauthorized
en: unauthorised | named recipient | may contain information
de: vertraulich | rechtlich geschützt | bestimmungsgemäße | unbefugte | nicht der richtige adressat
de: ausschließlich für
de: nicht der beabsichtigte | irrtümlich erhalten
da nb: fortrolig | tiltænkt | konfidensiell | udelukkende til | ved en fejl | uvedkommende | taushet
et: konfidentsiaal | mõeldud ainult | salajas | ainult adressaadi | adressaadile | isikule, kellele | ekslikult
sv fi: konfidentiell | avsett endast | avsedd | sekretess | luottamukselli | tarkoitettu vain | vain vastaanottaja
nl: vertrouwelijk | uitsluitend bestemd | bestemd voor | geadresseerde
fr: confidentiel | destinataire | es: confidencial | destinatario | it: riservat | destinatari | confidenzial
pl: poufn | adresat | pt: confidencia | ru: конфиденциальн | uk: конфіденційн | cs: důvěrn | dôvern
""")
