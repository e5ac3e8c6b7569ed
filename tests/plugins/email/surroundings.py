"""What stands around a customer's words in real mails: headings over quotes, signatures, and prose that looks alike."""

#: One line each, as the programs write it in English, German, Danish, Estonian, Swedish, Finnish, Norwegian, Dutch,
#: French, Spanish, Italian, Polish, Portuguese, Czech, Slovak, Russian, Ukrainian, Hungarian, Romanian, Turkish,
#: Croatian, Japanese, Chinese, Korean, Greek, Latvian and Lithuanian.
HEADINGS = """
On Mon, May 3, 2021 at 10:15 AM Shop Support <support@shop.example> wrote:
On 3 May 2021, at 10:15, Shop Support <support@shop.example> wrote:
On 03/05/2021 10:15, Shop Support wrote:
On 2021-05-03 10:15, Shop Support wrote:
On Mon, 2021-05-03 at 10:15 +0200, Shop Support wrote:
On 5/3/21 10:15 AM, Shop Support wrote:
On 3 May 2021, 10:15 +0200, Shop Support <support@shop.example>, wrote:
On Monday, May 3rd, 2021 at 10:15 AM, Shop Support <support@shop.example> wrote:
On May 3, 2021 at 10:15:22, Shop Support (support@shop.example) wrote:
On May 3, 2021, Shop Support <support@shop.example> wrote:
At 2021-05-03 10:15:22, "Shop Support" <support@shop.example> wrote:
---- On Mon, 03 May 2021 10:15:22 +0200 Shop Support <support@shop.example> wrote ----
 ---- On Mon, 03 May 2021 10:15:22 +0200 support@shop.example wrote ---
-----Shop Support <support@shop.example> wrote: -----
Shop Support <support@shop.example> wrote on 05/03/2021 10:15:22 AM:
Shop Support wrote on 03.05.2021 10:15:
Am Mo., 3. Mai 2021 um 10:15 Uhr schrieb Shop Support <support@shop.example>:
Am 03.05.2021 um 10:15 schrieb Shop Support:
Am 03.05.21 um 10:15 schrieb Shop Support:
Am 3. Mai 2021 um 10:15 schrieb Shop Support <support@shop.example>:
Am 03.05.2021 10:15 schrieb Shop Support <support@shop.example>:
Am 03. Mai 2021 10:15:22 MESZ schrieb Shop Support <support@shop.example>:
Am Montag, 3. Mai 2021, 10:15:22 MESZ hat Shop Support <support@shop.example> Folgendes geschrieben:
Am Montag, 3. Mai 2021 10:15:22 CEST schrieb Shop Support:
Shop Support <support@shop.example> schrieb am 03.05.2021, 10:15:
Shop Support schrieb am 03.05.2021 um 10:15:
schrieb Shop Support <support@shop.example> am 3. Mai 2021 um 10:15:
Shop Support <support@shop.example> schrieb am Mo., 3. Mai 2021, 10:15:
Den man. 3. maj 2021 kl. 10.15 skrev Shop Support <support@shop.example>:
Den 3. maj 2021 kl. 10.15 skrev Shop Support <support@shop.example>:
Den 03.05.2021 kl. 10.15 skrev Shop Support:
Den mandag den 3. maj 2021 skrev Shop Support <support@shop.example>:
man. 3. maj 2021 10.15 skrev Shop Support <support@shop.example>:
Den 3/5/21 kl. 10:15 skrev "Shop Support" <support@shop.example>:
Shop Support <support@shop.example> skrev den 3. maj 2021:
På man. 3. maj 2021 kl. 10.15 skrev Shop Support:
Kontakt Shop Support (<support@shop.example>) kirjutas kuupäeval E, 3. mai 2021 kell 10:15:
Kuupäev E, 3. mai 2021 kell 10:15 kirjutas Shop Support (<support@shop.example>):
3. mai 2021 10:15 kirjutas Shop Support <support@shop.example>:
Kuupäev 03.05.2021 10:15 kirjutas Shop Support:
03.05.2021 10:15 Shop Support kirjutas:
03.05.21 10:15, Shop Support kirjutas:
Shop Support <support@shop.example> kirjutas (3. mai 2021 10:15):
Den mån 3 maj 2021 kl 10:15 skrev Shop Support <support@shop.example>:
3 maj 2021 kl. 10:15 skrev Shop Support <support@shop.example>:
Den 2021-05-03 kl. 10:15, skrev Shop Support:
Den 2021-05-03 10:15, skrev Shop Support:
mån 3 maj 2021 kl. 10:15 skrev Shop Support <support@shop.example>:
ma 3. toukok. 2021 klo 10.15 Shop Support (support@shop.example) kirjoitti:
ma 3. toukokuuta 2021 klo 10.15 Shop Support <support@shop.example> kirjoitti:
Shop Support <support@shop.example> kirjoitti 3.5.2021 kello 10.15:
3.5.2021 10.15, Shop Support kirjoitti:
Shop Support kirjoitti 3.5.2021 klo 10.15:
man. 3. mai 2021 kl. 10:15 skrev Shop Support <support@shop.example>:
3. mai 2021 kl. 10:15 skrev Shop Support <support@shop.example>:
Den 03.05.2021 10:15, skrev Shop Support:
Op ma 3 mei 2021 om 10:15 schreef Shop Support <support@shop.example>:
Op 3 mei 2021 om 10:15 heeft Shop Support <support@shop.example> het volgende geschreven:
Op 3 mei 2021, om 10:15 heeft Shop Support <support@shop.example> het volgende geschreven:
Op 03-05-2021 om 10:15 schreef Shop Support:
Op maandag 3 mei 2021 10:15 schreef Shop Support:
Shop Support <support@shop.example> schreef op 3 mei 2021 10:15:
Le lun. 3 mai 2021 à 10:15, Shop Support <support@shop.example> a écrit :
Le 3 mai 2021 à 10:15, Shop Support <support@shop.example> a écrit :
Le 03/05/2021 à 10:15, Shop Support a écrit :
Le lundi 3 mai 2021, 10:15:22 UTC+2, Shop Support <support@shop.example> a écrit :
El lun, 3 may 2021 a las 10:15, Shop Support (<support@shop.example>) escribió:
El 3 may 2021, a las 10:15, Shop Support <support@shop.example> escribió:
El 03/05/2021 a las 10:15, Shop Support escribió:
El lunes, 3 de mayo de 2021 10:15:22 CEST, Shop Support <support@shop.example> escribió:
Il giorno lun 3 mag 2021 alle ore 10:15 Shop Support <support@shop.example> ha scritto:
Il giorno 3 mag 2021, alle ore 10:15, Shop Support <support@shop.example> ha scritto:
Il 03/05/2021 10:15, Shop Support ha scritto:
Il 3 Maggio 2021 10:15 Shop Support <support@shop.example> ha scritto:
pon., 3 maj 2021 o 10:15 Shop Support <support@shop.example> napisał(a):
W dniu 03.05.2021 o 10:15, Shop Support pisze:
W dniu pon., 3.05.2021 o 10:15 Shop Support <support@shop.example> napisał(a):
Dnia 3 maja 2021 10:15 Shop Support <support@shop.example> napisał(a):
Wiadomość napisana przez Shop Support <support@shop.example> w dniu 3 maj 2021, o godz. 10:15:
Wiadomość napisana przez Shop Support <support@shop.example> w dniu 03.05.2021, o godz. 10:15:
Em seg., 3 de mai. de 2021 às 10:15, Shop Support <support@shop.example> escreveu:
Em 3 de mai. de 2021, à(s) 10:15, Shop Support <support@shop.example> escreveu:
Em 03/05/2021 10:15, Shop Support escreveu:
Shop Support <support@shop.example> escreveu no dia segunda, 3/05/2021 à(s) 10:15:
po 3. 5. 2021 v 10:15 odesílatel Shop Support <support@shop.example> napsal:
Dne 03. 05. 21 v 10:15 Shop Support napsal(a):
3. 5. 2021 v 10:15, Shop Support <support@shop.example>:
po 3. 5. 2021 o 10:15 Shop Support <support@shop.example> napísal(a):
Dňa 3. 5. 2021 o 10:15 Shop Support napísal(a):
пн, 3 мая 2021 г. в 10:15, Shop Support <support@shop.example>:
3 мая 2021 г., в 10:15, Shop Support <support@shop.example> написал(а):
03.05.2021 10:15, Shop Support пишет:
03.05.2021, 10:15, "Shop Support" <support@shop.example>:
Понедельник, 3 мая 2021, 10:15 +03:00 от Shop Support <support@shop.example>:
пн, 3 трав. 2021 р. о 10:15 Shop Support <support@shop.example> пише:
Shop Support <support@shop.example> ezt írta (időpont: 2021. máj. 3., H, 10:15):
2021. 05. 03. 10:15 keltezéssel, Shop Support írta:
2021. máj. 3. dátummal, 10:15 időpontban Shop Support <support@shop.example> írta:
În lun., 3 mai 2021 la 10:15, Shop Support <support@shop.example> a scris:
Pe 3 mai 2021, la 10:15, Shop Support <support@shop.example> a scris:
Shop Support <support@shop.example>, 3 May 2021 Pzt, 10:15 tarihinde şunu yazdı:
3 May 2021 tarihinde 10:15 saatinde, Shop Support <support@shop.example> şunları yazdı:
pon, 3. svi 2021. u 10:15 Shop Support <support@shop.example> napisao je:
Dana 3. svi 2021., u 10:15, Shop Support <support@shop.example> napisao/la je:
2021年5月3日(月) 10:15 Shop Support <support@shop.example>:
2021/05/03 10:15、Shop Support <support@shop.example>のメール:
Shop Support <support@shop.example> 于2021年5月3日周一 上午10:15写道：
在 2021-05-03 10:15:22，"Shop Support" <support@shop.example> 写道：
2021년 5월 3일 (월) 오전 10:15, Shop Support <support@shop.example>님이 작성:
Στις Δευ, 3 Μαΐ 2021 στις 10:15 π.μ., ο χρήστης Shop Support <support@shop.example> έγραψε:
pirmd., 2021. g. 3. maijs, plkst. 10:15 — lietotājs Shop Support (<support@shop.example>) rakstīja:
2021-05-03, pr, 10:15 Shop Support <support@shop.example> rašė:
Wednesday, 17 November 2021, 3:32 PM +0300 from Shop Support <support@shop.example>:
support@shop.example writes:
Shop Support <support@shop.example> wrote:
Quoting Shop Support <support@shop.example>:
Citerar Shop Support <support@shop.example>:
Zitat von Shop Support <support@shop.example>:
In einer eMail vom 03.05.2021 10:15:22 Westeuropäische Sommerzeit schreibt support@shop.example:
In a message dated 5/3/2021 10:15:22 A.M. Eastern Daylight Time, support@shop.example writes:
Shop Support <support@shop.example> hat am 03.05.2021 10:15 CEST geschrieben:
Shop Support <support@shop.example> hat am 3. Mai 2021 um 10:15 geschrieben:
Montag, 03. Mai 2021, 10:15 +0200 von Shop Support <support@shop.example>:
On Mon 3 May 2021 at 10:15, Shop Support < support@shop.example> wrote:
Mon, 3 May 2021 10:15:22 +0200 Shop Support <support@shop.example>:
On May 3, 2021, at 10:15 AM, Shop Support via Helpdesk <support@shop.example> wrote:
Den 28/10/2021 12:46 skrev "Shop Support" <support@shop.example> följande:
""".strip().split("\n")

#: What devices and apps add.
DEVICE_LINES = """
Sent from my iPhone
Lähetetty Galaxysta
Hankige Outlook for Android
Sent via Superhuman <https://sprh.mn/?vip=anna>
Sent from my Samsung Galaxy smartphone.
Sent from Yahoo Mail for iPhone
Sent from Mail for Windows 10
Sent from Outlook for Android
Get Outlook for iOS<https://aka.ms/o0ukef>
Get Outlook for Android
Von meinem iPhone gesendet
Von meinem Samsung Galaxy Smartphone gesendet.
Gesendet von meinem iPhone
Gesendet mit der GMX Mail App
Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.
Gesendet von Outlook für iOS<https://aka.ms/o0ukef>
Outlook für Android herunterladen
Von meinem Huawei-Mobiltelefon gesendet
Sendt fra min iPhone
Sendt fra min Samsung Galaxy smartphone.
Hent Outlook til iOS
Sendt fra Outlook til Android
Sendt fra Mail til Windows
Sendt fra min iPad
Saadetud minu iPhone'ist
Saadetud minu iPhone'ilt
Saadetud minu Samsung Galaxy nutitelefonist.
Hangi Outlook iOS-i jaoks
Saadetud Outlook for Android
Skickat från min iPhone
Skickat från Outlook för iOS
Hämta Outlook för iOS
Lähetetty iPhonesta
Lähetetty Samsung Galaxy -älypuhelimesta.
Hanki Outlook iOS:lle
Hanki Outlook for Android
Sendt fra min Huawei-telefon
Skaff deg Outlook for iOS
Verzonden vanaf mijn iPhone
Verstuurd vanaf mijn iPhone
Verzonden vanuit Outlook voor Android
Envoyé de mon iPhone
Envoyé depuis mon téléphone Samsung
Envoyé à partir de Outlook pour iOS
Télécharger Outlook pour iOS
Enviado desde mi iPhone
Enviado desde Outlook para Android
Obtener Outlook para iOS
Inviato da iPhone
Inviato dal mio telefono Huawei
Ottieni Outlook per iOS
Wysłane z iPhone'a
Wysłane z telefonu Samsung Galaxy
Pobierz aplikację Outlook dla systemu iOS
Enviado do meu iPhone
Odesláno z iPhonu
Odoslané z iPhonu
Отправлено с iPhone
Надіслано з iPhone
iPhone'umdan gönderildi
iPhoneから送信
发自我的iPhone
Sent with Proton Mail secure email.
Sent via the Samsung Galaxy S10, an AT&T 5G smartphone
""".strip().split("\n")

#: Signatures; \\n is a line end.
SIGNATURES = [
    signature.replace("\\n", "\n")
    for signature in r"""
Best regards\nJohn Smith
Best regards,\n\nJohn Smith\n\nT: +44 20 1234 5678\nM: +44 7700 900123\nwww.example.com
Kind regards John
Regards,\nJ.
Thanks and best regards,\nJohn
Many thanks and kind regards\nJohn
Mit freundlichen Grüßen\n\nAnna Schmidt\nMusterstraße 5\n12345 Berlin\nTel.: 030 123456
Mit freundlichen Grüßen Anna Schmidt
Vielen Dank und freundliche Grüße\nAnna
Viele Grüße\nAnna
LG\nAnna
LG Anna
MfG\nA. Schmidt
Liebe Grüße aus Hamburg\nAnna
Beste Grüsse\nUrs Meier
Med venlig hilsen\nJens Hansen\nNørregade 5\n1165 København K\nTlf. 12 34 56 78
Mvh\nJens
Mvh. Jens
mvh jens
Venlig hilsen\n\nJens Hansen
Hilsen Mette
Mange hilsner\nMette og Lars
De bedste hilsner\nJens
På forhånd tak og venlig hilsen\nJens
Vh Jens
Lugupidamisega\nMart Tamm\n+372 5123 4567
Lugupidamisega,\nMart Tamm
Parimate soovidega\nMart
Tervitades\nMari Mets
Tervitades Mari
Heade soovidega,\nMari
Ette tänades ja lugupidamisega\nMart
Med vänlig hälsning\nSven Svensson
Vänliga hälsningar\nSven
Hälsningar Sven
Ystävällisin terveisin\nMatti Meikäläinen
Terveisin\nMatti
Med vennlig hilsen\nOla Nordmann
Vennlig hilsen Ola
Met vriendelijke groet,\nJan de Vries
Groetjes Jan
Cordialement,\nJean Dupont\n06 12 34 56 78
Bien à vous,\nJean
Saludos,\nJuan
Un saludo\nJuan García
Cordiali saluti\nMario Rossi
Distinti saluti,\nMario
Pozdrawiam\nJan Kowalski
Z poważaniem,\nJan Kowalski
-- \nJohn\nhttp://john.example
--\nJohn Smith
--\nJohn Smith\nHead of the Sales and the Marketing\nExample Ltd.\nT +44 1\nE john@example.com\nW www.example.com
____________________\nJohn Smith\njohn@example.com
Best regards\nJohn\n\nThis e-mail and any attachments are confidential.\nIf it reached you in error, delete it.
Mit freundlichen Grüßen\nAnna\n\nDiese E-Mail enthält vertrauliche Informationen.\nBitte vernichten Sie sie.
Venlig hilsen\nJens\n\nDenne e-mail kan indeholde fortrolige oplysninger,\nslet den, hvis du ikke er modtager.
Lugupidamisega\nMart\n\nKäesolev e-kiri võib sisaldada konfidentsiaalset teavet.\nPalun kustutage see.
Virenfrei. www.avast.com
Mit freundlichen Grüßen\nAnna Schmidt\n\nGesendet von meinem iPhone
Med venlig hilsen\n\nJens Hansen\nSalgschef\n\nFirma A/S | Vestergade 1\nTlf: +45 12 34 56 78 | www.firma.dk
All the best,\nJohn
Cheers,\nJohn
Yours sincerely\n\nJohn Smith
Herzliche Grüße\nIhre Anna Schmidt
Mit freundlichen Grüßen / Best regards\nAnna Schmidt
Mvh Jens Peter Hansen\nTlf. 12 34 56 78
Ilusat päeva!\nMari
Schönen Tag noch\nAnna
God weekend\nJens
Gruß\nAnna
Freundliche Grüße,\ni.A. Anna Schmidt
""".strip().split("\n")
]

#: Mails of which every word is the customer's own, however it looks.
PROSE = """
On 12 May I ordered a lamp and your colleague wrote:
"we will refund you".
But nothing came.
---
On Monday at 10:30 your colleague wrote: we will call you.
---
My order from 12.05.2024 contains the following items:
- lamp
- chair
---
Please send the invoice of 12.05.2024 to anna@example.com:
it is needed for tax.
---
Am 12.05.2024 um 10:15 habe ich Ihnen folgendes geschrieben:
Bitte stornieren Sie.
---
Am 12.05. schrieb ich Ihnen folgendes:
Bitte stornieren.
---
Hallo,
Von: Berlin
Nach: Hamburg
bitte liefern.
---
From: Tallinn
To: Tartu
Date: 12 May
---
An: Ihre Buchhaltung
Betreff: Rechnung 4711
Ich bitte um Korrektur.
---
Subject: my order
Where is it?
---
Den 12. maj bestilte jeg en lampe. I skrev:
Den kommer snart.
Men den kom ikke.
---
Meine Adresse:
Anna Schmidt
Musterstr. 5
12345 Berlin
anna@example.com
---
Here are three things:
-- the lamp is broken
-- the chair is missing
-- I was charged twice
Please help.
---
Hello
--
I want to return order 123.
--
Also I want a new one. Can you help?
---
Price list
-----
Lamp: 10
-----
Chair: 20
Is that right?
---
Order 1 ________ 
Please fill in.
---
Sent from my office computer yesterday, but I got no answer.
Can you check?
---
I was told it was
sent from Hamburg on Monday.
Is that so?
---
Regards to your team, they were great!
Could you also tell me when it ships?
---
Best service ever!
---
Hilsen til alle i butikken, I er gode!
---
LG OLED55 ist defekt.
Bitte Hilfe.
---
VG 12 ist meine Bestellung.
---
This is confidential: I am unhappy.
---
This message is for the return department. My e-mail is confidential.
---
Thanks
---
Thanks,
Anna
---
Best,
is what I'd say. Where is my order?
---
> 
---
Tere

Tellisin kingad. Tervitused kõigile!
Millal need tulevad?
---
1 > 0 and 2 > 1
>From the shop I got no answer.
Please answer.
---
Kontakt: anna@example.com
Tel: 12345
---
Date: 12.05.2024
To: nobody
---
Til: jer
Fra: mig
Hej
---
No: 1234
Date: 12.5.
To: me
---
You wrote: "It is on its way." It is not.
---
I have a question about
Original
packaging.
---
Forwarded message
is what I see in the app.
---
Ich habe die Nachricht weitergeleitet
---
Weitergeleitet
---
Mit meinem Handy kann ich nicht zahlen. Was nun?
---
Von meinem Konto wurde zweimal abgebucht
---
Saadetud pakk ei ole kohal.
Kus see on?
---
Lähetetty paketti on kadonnut. Missä se on?
---
Outlook for Android app crashes when I open your mail, please fix?
---
Sent by DHL on Monday, order 4455
---
Sendt med PostNord i går, ordre 4455
---
Verzonden met PostNL, bestelling 4455. Waar is het?
---
Enviado por Correos el lunes, pedido 4455
---
Gesendet mit DHL am Montag
---
Gesendet mit DHL
---
Sent via UPS
---
Saadetud Omnivaga
---
Sendt med GLS
---
Please answer above this line of the form, I don't understand it.
---
Ihr Paket ist da
---
Ihre Rechnung fehlt
---
Parimat
---
Tervitused!
Mart siin.

Kus mu pakk on?
---
Ihr Paket
ist nicht da
---
Here is what I need:

--
2 lamps
1 chair
--

Please confirm the price.
---
My questions:
> 100 EUR orders ship free?
I have one for 120.
---
These are the items:
>>> Lamp <<<
>>> Chair <<<
Shipping?
---
Your message

  To: Ann
  Subject: Order 1001
  Sent: 4 May 2021 10:15

was read on Tuesday.
---
Hi,
please type your address above this line.
---
* From: the warehouse
* To: me
* Subject: lamp
---
Name: Anna
Order: 123
From: Shop
Question: where?
""".strip().split("\n---\n")
