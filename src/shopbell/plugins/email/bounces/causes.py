"""The words that tell why a mail was not delivered, as data."""

from __future__ import annotations

import re

from shopbell.plugins.email.rows import any_of

# The first reason with a matching row tells. What is more telling stands first.
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
        recip(?:ient)?not ?found
        user lookup success but no user
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
        (?:findes ikke|ikke fundet|ukendt|eksisterer ikke)
        (?:ei leitud|ei ole olemas|tundmatu|pole olemas)
        (?:finns inte|okänd)
        (?:ei ole olemassa|tuntematon)
        (?:finnes ikke|ukjent)
        (?:bestaat niet|onbekende?)
        (?:n'existe pas|inconnue?|non recens)
        (?:no existe|desconocid)
        (?:inesistente|sconosciut|non esiste|non … trovato)
        não foi encontrad
        (?:nebyl\w? … nalezen|neexistuje|nenájden)
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
