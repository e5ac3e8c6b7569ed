"""What mail programs write around a quoted or forwarded mail, language by language, as data.

The wording of Gmail, Apple Mail, Outlook, Thunderbird, Yahoo, web.de and GMX, Samsung, Lotus Notes, Open-Xchange …
Matching is case-folded, so one spelling is enough. Closing formulas and device lines are in `closings`.
"""

import re

FROM, DATE, TO, CC, SUBJECT, OTHER = "from", "date", "to", "cc", "subject", "other"

_LANGUAGES = re.compile(r"^[a-z]{2}(?: [a-z]{2})*: ")


def fold(text: str) -> str:
    """The text case-folded; the dot that Turkish İ leaves behind is dropped."""
    return text.casefold().replace("\u0307", "")


def words(text: str) -> frozenset[str]:
    """A table's words or phrases, case-folded: separated by | or line ends; "de nl: " before them names languages."""
    parts = (_LANGUAGES.sub("", part.strip()) for row in text.split("\n") for part in row.split("|"))
    return frozenset(fold(part) for part in parts if part)


# Labels of a header block ("From: …"). A label means the same in every language, so a block may mix languages.
_LABELS = {
    FROM: """
en: from | sender
de: von | absender
da nb: fra | afsender | avsender
et: saatja | kellelt | saatjalt
sv: från | avsändare
fi: lähettäjä | keneltä
nl: van | afzender
fr: de | expéditeur | de la part de | émetteur
es pt: remitente | enviado por | remetente
it: da | mittente
pl cs sk hr sl: od | nadawca | odesílatel | odosielateľ | šalje | pošiljatelj | pošiljatelj poruke | odesilatel
ro: de la | expeditor | expeditorul
ru uk bg: от | от кого | отправитель | від | від кого | відправник
hu: feladó
tr: kimden | gönderen
lv lt: no | nuo | sūtītājs | siuntėjas
el: από
ja zh ko: 差出人 | 送信元 | 送信者 | from | 发件人 | 寄件者 | 寄件人 | 發件人 | 发送人 | 보낸 사람 | 보낸사람
ca eu: remitent
is: frá
""",
    DATE: """
en: date | sent | sent on | sent at | date sent
de: datum | gesendet | gesendet am | verfasst am | gesendet um
da nb: dato | sendt | afsendt | sendt den
et: kuupäev | saadetud | saatmisaeg | saatmise aeg | saatmiskuupäev | aeg
sv: skickat | skickades | skickat den
fi: lähetetty | päivämäärä | päiväys | pvm | lähetyspäivä
nl: verzonden | verzonden op | verstuurd | gestuurd
fr: date d'envoi | envoyé | envoyé le | envoyé par | message du | envoyé à | date
es pt: fecha | enviado | enviado el | enviada | enviada em | enviado em | data | data de envio | enviado a las
it: inviato | data invio | inviato il
pl: wysłano | wysłane | data wysłania
cs sk hr sl: odesláno | odoslané | dátum | poslano | poslato | odoslaná
ro: dată | trimis | data trimiterii | trimisă
ru uk bg: дата | отправлено | надіслано | відправлено | отправлен | дата відправлення | изпратено
hu: elküldve | küldve | küldés ideje | elküldés ideje
tr: tarih | gönderildi | gönderilen | gönderme tarihi
lv lt: datums | nosūtīts | išsiųsta | data | nosūtīšanas laiks
el: ημερομηνία | στάλθηκε
ja zh ko: 日付 | 日時 | 送信日時 | 送信日 | 日期 | 发送时间 | 發送時間 | 傳送時間 | 时间 | 날짜 | 보낸 날짜
ja zh ko: 发送日期 | 寄件日期 | 傳送日期
is: sent | dags | dagsetning
""",
    TO: """
en: to | recipient | recipients
de: an | empfänger
da nb: til | modtager | mottaker
et: saaja | adressaat | kellele | saajad
sv: till | mottagare
fi: vastaanottaja | kenelle | vastaanottajat
nl: aan | ontvanger
fr: à | pour | destinataire | destinataires
es pt: para | destinatario | destinatário | destinatarios
it: a | destinatari
pl: do | adresat | odbiorca
cs sk hr sl: komu | pre | prima | za | kome | příjemce | príjemca | primatelj
ro: către | destinatar | destinatarul | catre
ru uk bg: кому | получатель | одержувач | до
hu: címzett | címzettek
tr: kime | alıcı
lv lt: kam | adresāts | gavėjas | kas
el: προς
ja zh ko: 宛先 | 送信先 | 收件人 | 收件者 | 받는 사람 | 받는사람
is: til
""",
    CC: """
en: cc | bcc | copy | copies | copy to
de: kopie | kopie an | blindkopie
da nb: kopi | kopi til | blindkopi
et: koopia | pimekoopia | koopia saajad
sv: kopia | kopia till
fi: kopio | piilokopio
fr: copie à | copie | copie cachée | cci
es pt: con copia | cco | com cópia | cópia
it: copia | ccn | per conoscenza | conoscenza
pl: dw | udw | do wiadomości | kopia do
cs sk hr: kópia | na vědomí | skrytá kopie | kopija
ro: copie
ru uk bg: копия | копія | копие | скрытая копия
hu: másolat | másolatot kap | titkos másolat
tr: bilgi | gizli
lv lt: kopija
el: κοιν | κοινοποίηση
ja zh ko: 抄送 | 副本 | 참조 | 写し
is: afrit
""",
    SUBJECT: """
en: subject
de: betreff | betrifft
da nb: emne | vedrørende
et: teema | pealkiri
sv: ämne | rubrik
fi: aihe | otsikko
nl: onderwerp
fr: objet | sujet
es pt: asunto | assunto
it: oggetto
pl: temat
cs sk hr sl: předmět | predmet | naslov | zadeva | vec
ro: subiect | subiectul
ru uk bg: тема | относно
hu: tárgy
tr: konu
lv lt: tēma | temats | tema
el: θέμα
ja zh ko: 件名 | 主题 | 主旨 | 主題 | 题目 | 제목 | 标题
is: efni
""",
    OTHER: """
en: reply-to | reply to | importance | attachments | attachment | organization | organisation | priority
en: sensitivity | list-id | message-id | mailed-by
de: antwort an | antworten an | wichtigkeit | anlagen | anlage | anhang | anhänge | priorität | vertraulichkeit
da nb: svar til | besvar til | vigtighed | vedhæftede filer | vedhæftet | prioritet | svar-til | vedlegg | viktighet
da nb: vedhæftninger
et: vastus | vastamisaadress | manused | manus | tähtsus | prioriteet | vasta
sv: svar till | bifogade filer | bilagor | prioritet | angelägenhetsgrad
fi: vastausosoite | liitteet | tärkeys | liite | prioriteetti
nl: antwoord naar | beantwoorden | bijlagen | bijlage | urgentie | antwoord aan | prioriteit
fr: répondre à | pièces jointes | pièce jointe | importance | priorité
es pt: responder a | datos adjuntos | archivos adjuntos | importancia | prioridad | responder para | anexos
es pt: importância | prioridade
it: rispondi a | allegati | allegato | priorità | importanza
pl cs: odpowiedz do | załączniki | ważność | odpověď na | přílohy | důležitost | odpovědět | odpovedať | prílohy
ru uk: ответить | вложения | важность | відповісти | вкладення | кому ответить | ответ на
hu tr ro: válaszcím | mellékletek | fontosság | yanıtla | ekler | önem | răspunde la | atașamente | yanıt adresi
ja zh: 返信先 | 添付ファイル | 重要度 | 附件 | 重要性
""",
}

#: A label as written before the colon, case-folded → its kind.
LABELS: dict[str, str] = {word: kind for kind, table in _LABELS.items() for word in words(table)}
LABEL_MAX = max(map(len, LABELS)) + 4

#: Labels only Finnish programs write: there "VS:" in a subject means an answer, elsewhere in the North a forward.
FINNISH_LABELS = words("""
lähettäjä | lähetetty | vastaanottaja | aihe | päiväys | päivämäärä
""")

#: Words of authorship in "On … wrote:".
WROTE = words("""
quoting | zitat von | citerar | citerer | citat fra | citat af | citando | citazione di | tsiteerides
lainaus | citation de
wrote | writes | schrieb | schreibt | geschrieben | skrev | skriver | kirjutas | kirjutab | kirjoitti | schreef
geschreven | écrit | escribió | escribio | escrito | scritto | scrive | napisał | napisała | napisał(a) | napisał/a
napisal | napisal(a) | napisana | pisze | escreveu | escreve | napsal | napsal(a) | napsala | napísal | napísal(a)
napísala | napisao | napisala | napisao/la | napisao/napisala | je napisal | написал | написала | написал(а)
написал(a) | пишет | писал | написав | написав(ла) | написав(-ла) | написала(в) | написано | пише | написа | írta
írt | scris | yazdı | yazmış | yazıyor | rašė | rakstīja | έγραψε | skrifaði | ha escrit | va escriure | idatzi | 写道
寫道 | 写道： | 書きました | 작성 | כתב | כתבה
""")

#: The same in scripts without spaces: anywhere in the line.
WROTE_UNSPACED = words("""
写道 | 寫道 | 書きました | のメール | 作成 | 작성 | 님이
""")

#: First words of a line that opens "On … wrote:": its preposition, a weekday or a month.
OPENERS = words("""
on | am | den | d | dato | kuupäev | le | el | il
il giorno | in data | in date | en | en date de | op | em | dne | dňa | w dniu
dnia | pe | på | în data | la data | în | u | dana | në | ngày | в | от | у | на | στις | at | a | þann | datum
die | vào | lúc | pada | tarihinde | 于 | 在 | w | mon | tue | wed | thu | fri | sat | sun | mo | di | mi | do | fr
sa | so | man | tir | ons | tor | fre | lør | søn | mån | tis | lör | sön | ma | ti | ke | to | la | su | e | t | k
n | r | l | p | lun | mar | mer | jeu | ven | sam | dim | mié | mie | jue | vie | sáb | dom | gio | sab | wo | za
zo | vr | pon | wt | śr | czw | pt | sob | niedz | po | út | st | čt | pá | ne | ut | št | pi | pn | вт | ср | чт
пт | сб | вс | пн | нд | seg | ter | qua | qui | sex | sri | uto | čet | pet | ned | h | sze | cs | szo | v | pzt
sal | çar | per | cum | cmt | paz | luni | marți | joi | vineri | esmaspäev | teisipäev | kolmapäev | neljapäev
reede | laupäev | pühapäev | monday | tuesday | wednesday | thursday | friday | saturday | sunday | montag
dienstag | mittwoch | donnerstag | freitag | samstag | sonntag | mandag | tirsdag | onsdag | torsdag | fredag
lørdag | søndag | måndag | tisdag | lördag | söndag | maanantai | tiistai | keskiviikko | torstai | perjantai
lauantai | sunnuntai | maandag | dinsdag | woensdag | donderdag | vrijdag | zaterdag | zondag | lundi | mardi
mercredi | jeudi | vendredi | samedi | dimanche | lunes | martes | miércoles | jueves | viernes | sábado | domingo
lunedì | martedì | mercoledì | giovedì | venerdì | sabato | domenica | poniedziałek | wtorek | środa | czwartek
piątek | sobota | niedziela | понедельник | вторник | среда | четверг | пятница | суббота | воскресенье | january
february | march | april | may | june | july | august | september | october | november | december | jan | feb | apr
jun | jul | aug | sep | sept | oct | nov | dec | januar | februar | märz | mai | juni | juli | oktober | dezember
marts | maj
""")

#: Somebody speaking of himself is prose, not a mail program: "On 3 May I wrote:".
FIRST_PERSON = words("""
i | ich | jeg | jag | ma | mina | minä | ik | je | yo | io | ja | eu | já | я | én | ben | we | wir | vi | me | meie
wij | nous | my
""")

#: "-----Original Message-----" without the dashes: what follows was answered.
ORIGINAL = words("""
original message | original | original e-mail | original email | original text | reply message | replied message
ursprüngliche nachricht | originalnachricht | original-nachricht | urspruengliche nachricht
ursprüngliche mitteilung | originalmitteilung | original nachricht | ursprüngliche e-mail | ursprüngliche mail
originalmail | original-mail | oprindelig meddelelse | oprindelig besked | original meddelelse | originalmeddelelse
den oprindelige meddelelse | oprindelig mail | oprindelig e-mail | algne kiri | algne sõnum | algne teade
algne e-kiri | originaalkiri | algkiri | originaalsõnum | algsõnum | esialgne kiri | esialgne sõnum | originaalteade
algteade | ursprungligt meddelande | originalmeddelande | ursprungsmeddelande | original meddelande
alkuperäinen viesti | alkuperäinen sähköposti | opprinnelig melding | original melding | opprinnelig e-post
oorspronkelijk bericht | origineel bericht | origineel mail | message d'origine | message original | message initial
mail original | e-mail d'origine | message d’origine | messaggio originale | messaggio originario | mensaje original
mensagem original | wiadomość oryginalna | oryginalna wiadomość | pierwotna wiadomość | treść oryginalnej wiadomości
wiadomość pierwotna | původní zpráva | původní e-mail | pôvodná správa | originálna správa | izvorna poruka
originalna poruka | eredeti üzenet | eredeti levél | mesaj original | mesajul original | mesaj inițial
исходное сообщение | оригинальное сообщение | первоначальное сообщение | вихідне повідомлення
оригінальне повідомлення | özgün ileti | özgün mesaj | orijinal mesaj | orijinal ileti | asıl ileti
sākotnējais ziņojums | oriģinālais ziņojums | pradinis pranešimas | originalus laiškas | αρχικό μήνυμα
元のメッセージ
回复的原邮件 | 原始邮件 | 原始郵件 | 原邮件 | 原始訊息 | 원본 메일 | 원본 메시지 | 원래 메시지 | upprunaleg skilaboð
missatge original | izvorno sporočilo
""")

#: The same for forwards, with or without dashes around.
FORWARDED = words("""
forwarded message | forwarded messages | forwarded mail | forwarded e-mail | forwarded email | forwarded by
begin forwarded message | start of forwarded message | forward message | begin forwarded mail
forwarded message begins | inline forwarded message | fwd message | weitergeleitete nachricht
anfang der weitergeleiteten nachricht | anfang der weitergeleiteten e-mail | weitergeleitete e-mail
weitergeleitete mail | weitergeleitet | beginn der weitergeleiteten nachricht | weitergeleitete mitteilung
start der weitergeleiteten nachricht | videresendt besked | videresendt meddelelse | start på videresendt besked
videresendt mail | videresendt e-mail | videresendt | begyndelse på videresendt besked
start på videresendt meddelelse | edasisaadetud kiri | edastatud kiri | edastatud sõnum | edasisaadetud sõnum
edasi saadetud kiri | edasisaadetud e-kiri | edastatud e-kiri | edastatud teade | edasisaadetud teade
edasi saadetud sõnum | edastatud sõnumi algus | edastatud kirja algus | edasisaadetud kirja algus
edasi edastatud kiri | edastatud meil | edasisaadetud meil | suunatud kiri | edasisuunatud kiri
vidarebefordrat meddelande | vidarebefordrat mejl | vidarebefordrat brev | börja vidarebefordrat meddelande
början på vidarebefordrat meddelande | vidarebefordrat mail | vidarebefordrat e-postmeddelande
start på vidarebefordrat meddelande | vidarebefordrat | vidarebefordrat e-brev
inledning på vidarebefordrat meddelande | välitetty viesti | välitetty viesti alkaa | edelleenlähetetty viesti
edelleen lähetetty viesti | välitetty sähköposti | välitettyä viestiä | edelleenlähetetty viesti alkaa
välitetyn viestin alku | alkaa välitetty viesti | edelleen välitetty viesti | edelleenlähetetty sähköposti
videresendt melding | start på videresendt melding | begynnelse på videresendt melding | videresendt e-post
videresendt e-postmelding | doorgestuurd bericht | begin doorgestuurd bericht | doorgestuurde e-mail
begin van doorgestuurd bericht | doorgestuurde mail | doorgezonden bericht | doorgestuurd | message transféré
début du message réexpédié | message transmis | début du message transféré | message réexpédié | courriel transféré
message transferé | début du message transmis | e-mail transféré | mail transféré | mensaje reenviado
inicio del mensaje reenviado | mensaje transferido | correo reenviado | comienzo del mensaje reenviado
messaggio inoltrato | inizio messaggio inoltrato | inizio del messaggio inoltrato | mail inoltrata
e-mail inoltrata | mensagem reencaminhada | mensagem encaminhada | início da mensagem reencaminhada
início da mensagem encaminhada | e-mail encaminhado | treść przekazanej wiadomości | przekazana wiadomość
początek przekazywanej wiadomości | wiadomość przesłana dalej | wiadomość przekazana
początek przekazanej wiadomości | przesłana wiadomość | przekazana wiadomość e-mail | přeposlaná zpráva
začátek přeposílané zprávy | předaná zpráva | přeposlaný e-mail | začátek přeposlané zprávy | preposlaná správa
začiatok preposlanej správy | preposlaný e-mail | proslijeđena poruka | započni proslijeđenu poruku
početak proslijeđene poruke | prosleđena poruka | posredovano sporočilo | начало пересылаемого сообщения
proslijeđeno | továbbított üzenet | továbbított levél kezdete | továbbított levél | továbbított üzenet kezdete
továbbított e-mail | mesaj redirecționat | începe mesajul redirecționat | mesaj retrimis | mesaj redirectionat
mesaj înaintat | пересылаемое сообщение | пересылаемое письмо | начало переадресованного сообщения
перенаправленное сообщение | переадресованное сообщение | пересланное сообщение | пересланное письмо
конец пересылаемого сообщения | переслане повідомлення | перенаправлене повідомлення
початок листа, що пересилається | переадресоване повідомлення | пересланий лист | препратено съобщение
i̇letilen ileti | i̇leti başlangıcı | i̇letilmiş mesaj | iletilen ileti | ileti başlangıcı | iletilmiş mesaj
i̇letilen mesaj | iletilen mesaj | yönlendirilen ileti | yönlendirilmiş ileti | pārsūtīts ziņojums | pārsūtītā ziņa
persiųstas laiškas | persiųsta žinutė | προωθημένο μήνυμα | áframsend skilaboð | 転送されたメッセージ
メッセージを転送 | 転送メッセージ | 转发的原邮件
转发邮件信息 | 转发的邮件 | 转发邮件 | 轉寄的郵件 | 轉寄郵件 | 轉寄訊息 | 전달된 메시지 | 전달된 메일
forwarded message from | missatge reenviat
birezalitako mezua
""")

#: First prefix of the subject of a forward, without its colon.
FORWARD_PREFIXES = words("""
fw | fwd | fwd. | forward | forwarded | wg | weitergeleitet | weiterl | vs | vb | vl | vidarebefordrat | videresendt
videresend | edasi | edastatud | ed | edast | edasisaadetud | vb. | doorst | doorgestuurd | tr | trans | transf
transfert | rv | renv | reenv | reenviado | reenviar | i | inoltro | inoltrato | enc | encaminhada
encaminhado | pd | przekaż | przekazana | přep | přeposlaná | preposl | preposlané | továbbítás
továbbítva | tov | tovább | redir | redir. | redirecționat | пересл | пересылка | перенапр | ilt | i̇lt | ilet
yönlendirme | yönl | proslijeđeno | prosl | prosleđeno | pārs | persiųsta | πρθ | προωθ | 転送 | 转发 | 轉寄 | 轉發
전달

""")

#: "X <x@a> on behalf of Y": Y is not another recipient.
ON_BEHALF = tuple(
    f" {phrase} "
    for phrase in words("""
on behalf of | im auftrag von | im namen von | på vegne af | på vegne av | för | puolesta | nimel | namens
de la part de | en nombre de | per conto di | em nome de | w imieniu | jménem | v mene | от имени | від імені
nevében | adına | în numele | u ime
""")
)

#: The line a desk draws over its outgoing mail ("##- … -##" or in words): everything below it was ours.
MARKER_HEAD, MARKER_TAIL = "##-", "-##"
ABOVE_THIS_LINE = tuple(
    words("""
above this line | oberhalb dieser linie | über dieser linie | oberhalb dieser zeile | über dieser zeile
over denne linje | over denne linjen | selle rea kohale | sellest reast üleval | ovanför denna rad
ovanför den här raden | ovanför denna linje | tämän rivin yläpuolelle | tämän viivan yläpuolelle | boven deze regel
boven deze lijn | au-dessus de cette ligne | au dessus de cette ligne | por encima de esta línea
encima de esta línea | sopra questa riga | sopra questa linea | acima desta linha | powyżej tej linii
powyżej tego wiersza | nad tímto řádkem | nad tuto čáru | nad týmto riadkom | выше этой линии | выше этой строки
вище цієї лінії | e fölé a sor fölé | ezen sor fölé | deasupra acestei linii | bu satırın üzerine | iznad ove linije
この行より上 | 在此行上方 | 請在此行上方
""")
)
#: First words of such a line when no sign is before them.
MARKER_WORDS = words("""
please | reply | replies | respond | type | write | bitte | antworten | antwort | svar | skriv | palun | vasta
vastake
vastus | kirjuta | kirjutage | vänligen | kirjoita | vastaa | typ | antwoord | gelieve | répondez | veuillez
répondre
merci | por | escriba | responda | rispondi | scrivi | si | per | odpowiedz | prosimy | proszę | napište | odpovězte
prosím | пожалуйста | введите | ответ | будь | kérjük | vă | lütfen | molimo | この行より上 | 请在此行上方 | vær
venligst
""")
REPLY_STEMS = tuple(
    words("""
reply | replies | respon | answer | antwort | svar | vastus | vasta | antwoord | répon | respuest | rispo
odpow | odpov | ответ | відпов | válasz | răspun | yanıt | odgov | 返信 | 回复 | 回覆
napište | schreib | skriv | kirjuta
""")
)
