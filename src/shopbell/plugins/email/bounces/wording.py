"""The words of bounces, as data: what servers write in their subjects and notices, in a dozen languages."""

from __future__ import annotations

import re

from shopbell.plugins.email.rows import any_of

# Senders that are programs.
DAEMON = any_of(r"""
    mailer[\s._-]?daemon
    post ?master
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

# Why: the first row that matches tells. What is more telling stands first.
REASONS: dict[str, re.Pattern[str]] = {
    "mailbox_full": any_of(r"""
        quota
        mail ?(?:box|folder) (?:\w{1,30} ){0,3}full
        full mailbox
        over ?disk
        mail ?box space
        storage (?:limit|allocation|exceeded)
        has too much mail
        (?:not enough|insufficient) (?:disk |mailbox |system )?(?:space|storage)
        out of storage
        speicherplatz
        postfach (?:\S{1,30} ){0,3}(?:voll|überfüllt)
        (?:postkassen?|indbakken?) (?:\S{1,30} ){0,3}(?:fuld|full)
        postkast (?:\S{1,30} ){0,3}täis
        brevlåda\w{0,3} (?:\S{1,30} ){0,3}full
        postilaatikko … täyn
        postvak … vol\b
        boîte … pleine
        buzón … lleno
        casella … piena
        skrzynka … (?:pełna|przepełniona)
    """),
    "too_large": any_of(r"""
        too (?:large|big)\b
        size (?:limit|exceed\w{0,5})
        exceed\w{0,5} … size
        maximum … message size
        zu gro(?:ß|ss)
        for stor\b
        liiga suur
        för stor
        trop (?:grand|volumineu)
        demasiado grande
    """),
    "spam": any_of(r"""
        \bspam\w{0,10}\b
        unsolicited
        black ?list
        block ?list
        (?<!not\s)listed (?:at|on|by)\b
        spamhaus
        spamcop
        barracuda
        reputation
        \b(?:dns)?rbl\b
        \bdnsbl\b
        \bvirus\b
        malware
        infected
        content (?:rejected|filter\w{0,5})
        looks like
        suspected
        unsolicitedmessageerror
    """),
    "relay_denied": any_of(r"""
        relay(?:ing)?(?: access)? (?:is )?(?:denied|not permitted|prohibited|not allowed)
        (?:unable|cannot|not (?:permitted|allowed)) (?:to )?relay
        we do not relay
    """),
    "loop": any_of(r"""
        too many hops
        mail loop
        looping
        loops? (?:back|detected|broken)
        hop count
        (?:routing|forwarding) loop
    """),
    "mailbox_disabled": any_of(r"""
        (?:account|mailbox|user|address) (?:\S{1,60} ){0,3}(?:disabled|inactive|suspended|discontinued|expired)
        (?:account|mailbox|user|address) (?:\S{1,60} ){0,3}(?:locked|deactivated|closed)
        no longer (?:valid|active|available|in use|accepts|works)
        inactive (?:user|account|mailbox)
        has (?:moved|left the company)
        not been collected after
        (?:konto|postfach) … (?:deaktiviert|gesperrt)
        er lukket
        on suletud
    """),
    "host_unknown": any_of(r"""
        (?:host|domain)(?: name)?(?: \S{1,60})? (?:is |was )?(?:unknown|not found|does not exist|not exist)
        domain \S{1,60} (?:nicht gefunden|existiert nicht|findes ikke|ei leitud|okänd)
        unknown (?:host|domain)
        domain does not
        name (?:service|server) error
        nxdomain
        no mail ?(?:server|exchanger|hosts?)
        unrout(?:e)?able
        could(?: not|n.?t) find (?:a )?(?:gateway|any host|host|domain)
        null mx
        bad destination system
        domain \S{1,60} has no
        dns (?:error|failure|lookup)
    """),
    "mailbox_unknown": any_of(r"""
        (?:user|recipient|mailbox|address\S{0,4}|account) … (?:unknown|not (?:found|exist|known|recogni[sz]ed|listed))
        (?:user|recipient|mailbox|address\S{0,4}|account) … not (?:available|here|(?:a )?valid)
        (?:user|recipient|mailbox|address|account) … (?:doesn.?t (?:exist|have)|does not exist|is invalid|wrong)
        (?:user|mailbox|address|account) (?:\S{1,60}@\S{1,60} )?(?:is )?(?:currently )?unavailable
        (?:unknown|invalid|no such|illegal|non-?existent|bad) (?:\S{1,60} ){0,3}(?:user|recipient|mailbox|address)
        (?:unknown|invalid|no such|illegal|non-?existent|bad) (?:\S{1,60} ){0,3}(?:account|person|local|alias|userid)
        not a (?:valid|known) (?:\S{1,60} ){0,3}(?:user|recipient|mailbox|address|account)
        user unknown
        (?:no|not an?) mailbox
        not listed in
        does(?: not|n.?t) have an? \S{1,60} account
        no valid recipients?
        did not exactly match
        no matches to
        isn.?t an? \S{1,60} user
        is not HBC
        not (?:\S{1,30} )?e-?mail users
        could(?: not|n.?t) be found
        wasn.?t found
        bad destination mailbox
        (?:unbekannt|nicht bekannt|existiert nicht|nicht (?:gefunden|vorhanden))
        (?:findes ikke|ukendt|eksisterer ikke)
        (?:ei leitud|ei ole olemas|tundmatu|pole olemas)
        (?:finns inte|okänd)
        (?:ei ole olemassa|tuntematon)
        (?:finnes ikke|ukjent)
        (?:bestaat niet|onbekende?)
        (?:n'existe pas|inconnue?|non recens)
        (?:no existe|desconocid)
        (?:inesistente|sconosciut|non esiste)
        (?:nie istnieje|nieznan)
        user not found
        (?:не существует|неизвестн)
    """),
    "expired": any_of(r"""
        (?:delivery )?time expired
        queue (?:period|too long|time)
        retry time
        maximum delivery attempts
        (?:been )?in the queue
        gave up
        was aborted after
        failed \d+ attempts
        attempt\(s\) to deliver
        exceeded maximum
    """),
    "unreachable": any_of(r"""
        time(?:d)? ?out
        connection (?:\S{1,60} ){0,3}(?:refused|failed|lost|reset|dropped|died)
        not responding
        did not respond
        unreachable
        not reachable
        no route
        (?:could not|can.?t|unable to|wasn.?t able to) (?:establish|connect|contact)
        server (?:is )?(?:unavailable|busy)
        temporar(?:y|ily)
        grey ?list
        try again later
        host is down
    """),
    "policy": any_of(r"""
        polic(?:y|ies)
        not (?:authori[sz]ed|permitted|allowed)
        (?:access|permission) denied
        \b(?:dmarc|spf|dkim)\b
        authenticat\w{1,6} (?:required|failed)
        rejected
        refused
        prohibited
        not accepting
        sender … (?:denied|verify)
        restricted
        blocked
        moderator
        administratively
        does not like
    """),
}
