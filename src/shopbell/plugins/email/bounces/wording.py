"""The words of bounces, as data: what servers write in their subjects and notices, in a dozen languages."""

from __future__ import annotations

import re

from shopbell.plugins.email.rows import any_of

# Senders that are programs.
DAEMON = any_of(r"""
    mailer[\s._-]?daemon
    post[\s_-]?master
    mail ?(?:delivery|router|administrator|daemon)
    delivery (?:sub)?system
    mdaemon
    mail\.delivery\.system
    (?:^|[<\s])(?:bounces?|ndr|mailadm|maildaemon|imss|inetgw\d*)@
    smtp_mail_service
    internet mail
    system administrator
    microsoftexchange[0-9a-f]{8,40}@
    jetmail
    lsmtp
""")

SUBJECT = any_of(r"""
    undeliver(?:able|ed)\b
    non[\s-]?deliver(?:y|able)
    returned (?:to sender|mail)\b
    mail returned
    failure (?:notice|delivery)
    delivery (?:status )?(?:notification|report|failure|failed|problem|error|warning)
    delivery status
    (?:mail|message|e-?mail) (?:delivery|could not|not delivered|failed|system error|error|status)
    failed (?:mail|delivery)
    (?:message|mail) (?:\S{1,60} )?delayed
    delayed mail
    permanent delivery
    rejected mail
    user unknown
    has not (?:yet )?been delivered
    processing error
    (?:nicht |un)zustellbar
    zustellung (?:fehlgeschlagen|verzögert|nicht möglich)
    fehlgeschlagene zustellung
    übermittlungsfehler
    mailzustellung
    fehler bei der (?:zustellung|übermittlung)
    (?:ikke|kan ikke|kunne ikke) (?:af)?lever
    (?:meddelelse|besked|e-?mail|mail) ikke (?:af)?lever
    leveringsfejl
    ei (?:saanud|õnnestunud) … (?:edastada|toimetada|saata)
    (?:kätte|kohale)toimetama(?:ta|tus)
    (?:edastamine|kohaletoimetamine|saatmine) (?:ebaõnnestus|nurjus)
    (?:inte|kunde inte|kan inte) … levere
    olevererbar
    ei voitu toimittaa
    toimitus epäonnistui
    toimittamaton
    (?:niet|onbestelbaar) … (?:bezorgd|afgeleverd)
    onbestelbaar
    non (?:remis|distribu|recens)
    échec de (?:la )?(?:remise|distribution)
    no (?:se )?(?:ha podido|puede) entregar
    no entregad[oa]
    mancat[oa] (?:recapito|consegna)
    impossibile recapitare
    (?:niedostarcz|nie można dostarczyć|zwrot poczty)
    не доставлен
    недоставлен
    (?:не уда[её]тся|невозможно|не вдалося) доставит[иь]
    non recapitabil
    (?:não (?:é|foi) possível) entregar
    não entregue
    (?:nedoručiteln|nedoručiteľn|nedoručen)
    (?:nevar|nevarēja|nav) piegādā
    nepristatom
    nepavyko pristatyti
    nem kézbesíthető
    teslim edilemedi
    (?:投递|投遞|退信)
""")

NOTICE = any_of(r"""
    (?:message|mail|e-?mail|it) … (?:could not|can(?:no| no|')t|couldn't|was not|wasn't|not) … (?:deliver|reach|sent)
    (?:not|unable to|could not|couldn't|cannot|can't|wasn't able to) (?:be )?(?:successfully )?deliver(?:ed)?
    following … (?:recipient|address)
    undeliver(?:able|ed)
    deliver(?:y|ies) … (?:failed|delayed|problem|postponed|error|aborted)
    (?:failed|bad|unknown|intended|invalid) (?:final delivery )?(?:recipient|address|user)
    (?:permanent )?(?:fatal )(?:delivery )?error
    user (?:unknown|not known)
    no such user
    mailbox (?:is )?(?:full|unavailable)
    automatically rejected
    delivery attempts
    (?:address|account) is (?:wrong|no longer)
    encountered (?:delivery problems|an error)
    error was detected while processing
    returned because
    did not (?:exactly match|reach)
    (?:nicht|konnte) … (?:zugestellt|übermittelt|ausgeliefert)
    ikke … (?:af)?lever(?:es|et|t)
    ei … (?:edasta|toimeta|kohale)
    (?:inte|kunde inte) … leverer
    ei (?:voitu|voida|ole) … toimit
    niet … (?:bezorgd|afgeleverd|worden besteld)
    n'a pas (?:pu|été) … (?:delivre|délivré|remis|distribu)
    no (?:ha |se ha |se )?pu[de]\S{0,8} … entreg
    non … (?:recapitat|consegnat|consegnare)
    nie … dostarcz
    (?:не может быть|не может|не удалось) … доставл
    (?:не уда[её]тся|не удалось|невозможно|не вдалося) доставит[иь]
    non (?:è stato possibile|è possibile) … (?:recapitare|consegnare)
    não (?:é|foi) possível … entreg
    (?:nepodařilo|nepodarilo|nelze|nebylo možné) … doruč
    nevar(?:ēja)? … piegādā
    (?:nepavyko|negalima) … pristaty
    nem … kézbesít
    nu a putut fi … livrat
    (?:无法|無法).{0,6}(?:发送|投递|送达)
""")

# A subject like these means a person answers or forwards.
ANSWER = re.compile(r"(?i)^\s*(?:re|aw|sv|vs|antw|odp|fwd?|wg|vl|tr)\s*(?:\[\d+\])?\s*:")

# Lines after which the returned mail stands.
RETURNED = any_of(
    r"""
    (?:(?:this|below|included|here) … )?copy of (?:the|your) (?:original )?(?:message|mail|first part)
    below (?:is a copy|this line|the next line)
    (?:the |full )?original (?:message|mail|e-?mail)\b(?! was received)
    (?:start of )?returned (?:message|mail)\b
    headers? of the (?:source|original)
    the headers? (?:of the original|and top)
    message (?:headers?|text|body) follows?
    (?:unsent|undelivered) message below
    your message reads
    old message
    forwarded message
    the first \d+ lines
    a summary of the undelivered
    urspr(?:ü|ue)ngliche (?:nachricht|mail|e-?mail)
    originalnachricht
    kopie (?:der|ihrer) (?:nachricht|mail|e-?mail)
    (?:den )?oprindelige? (?:besked|meddelelse|mail)
    algne (?:kiri|sõnum)
    alkuperäinen viesti
    ursprungligt meddelande
    oorspronkelijk bericht
    mensaje original
    message d.origine
    messaggio originale
    oryginalna wiadomo
    """,
    before=r"^[\s>*|#=_.-]{0,80}",
)

# Right before an address that a mail did not reach.
LABEL = any_of(
    r"""
    (?:failed|final|intended|original|undeliverable|bad|invalid|rejected) (?:recipient|address|addressee)s?
    recipients?(?: address)?
    error-for
    (?:unknown|invalid|no such) (?:local |final delivery )?user(?:id)?
    (?:generated|expanded|forwarded) from
    originally addressed to
    addressed to(?: email address)?
    was addressed
    user
    undeliverable to
    delivery failed \d+ attempts
    mailbox (?:is )?full
    address(?:es)?
    (?:has )?not been delivered to
    did not (?:reach|receive) [\w\s()]{0,60}
    (?:not|n.?t|cannot|unable to|failed to) (?:be )?(?:deliver\w{0,5}|sent?|send)[\w\s,.()-]{0,60}? (?:to|for)
    (?:message|mail|email|e-mail) (?:\w{1,30} )?(?:to|for)
    mailbox
    account
    smtp
    rcpt to
    to
    \b[45]\d\d[\s-][\w\s.#;-]{0,60}
    empf(?:ä|ae)nger(?:adresse)?
    (?:an|für) (?:die (?:adresse|empfänger(?:adresse)?) )?
    modtager(?:en|ne)?(?:s adresse)?
    saaja(?:le|te)?
    aadressile
    mottagaren?
    mottakeren?
    vastaanottaja(?:lle)?
    (?:geadresseerde|ontvanger)
    destinataires?
    (?:delivre|remis|envoy.) [aà]
    destinatari[oa]?s?
    al(?:la)? indirizzo
    odbiorc[ay]
    получател\w{1,4}
    """,
    before=r"(?<!\w)",
    after=r"\s*[:=,]?\s*(?:\[?smtp[:=]|rfc822;|<|\"|\(|\[|mailto:|--|\*|-|'|>|„|“)*\s*$",
)

# Sentences about whom to ask, and whose mail it was.
CONTACT = any_of(r"""
    contact
    assistance
    further help
    support
    please (?:send|reply|e?-?mail|forward|notify|call)
    reply to
    questions?
    postmaster
    administrator
    webmaster
    wenden sie
    kontakt
    pöördu
    if you
    e\.g\.
    for example
    form of
    try (?:e?mailing|the most|\w{1,30}\.)
    may be of help
    means of
    \bfrom:?\s*["'<]*\s*$
    mail from
    envelope-from
    not accepting mail from
    sent by
    on behalf
    via\s*$
    sender
""")
OWN_ORIGIN = re.compile(r"(?i)(?:generated|expanded|forwarded) from[\s:<\"]*$")

DELAYED = any_of(r"""
    \bdelay(?:ed)?\b
    not yet been delivered
    still being retried
    (?:warning|message) only
    will (?:continue to )?(?:be retried|retry|try (?:again|to deliver)|keep trying|attempt (?:to )?deliver)
    delivery attempts will continue
    continue to (?:try|attempt)
    has been postponed
    verzöger
    noch nicht zugestellt
    weiter(?:hin)? versucht
    forsinke
    endnu ikke (?:af)?lever
    viivitu
    hilinenud
    proovitakse
    försenad
    viivästy
    retard[ée]
    retras
    in ritardo
    opóźni
    vertraagd
""")
FINAL = any_of(r"""
    permanent
    giv(?:en|ing) up
    gave up
    returned to sender
    undeliverable
    has failed
    not going to try again
    endgültig
    permanente?
    jäädavalt
""")
