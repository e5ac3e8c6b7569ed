"""Server push: `GET /live` is a stream of server-sent events for one signed-in agent.

What a page receives (`data` is JSON):

    retry: 2000–5000           the browser reconnects by itself, spread out, with Last-Event-ID
    event: change              {"id", "name", "conversation", "actor"}: something was done; fetch what you show anew
    event: presence            {"conversation", "people": [{"id", "name", "state"}]}: who is there now, all of them
    event: visitor             {"conversation", "is_here", "is_typing", "page": {"url", "title"} or null, "read_seq"}:
                               of a chat, what is known since this process began; see also chats.queries
    event: notices             {}: what the agent is told of changed; ask for the bell anew
    event: reset               {}: too much was missed to be replayed; fetch everything anew
    event: down, event: up     {}: the server lost its database; it has it again and all that was missed came before
    event: beat                {}: every 15 seconds; a page that hears nothing for 40 has a dead line

A stream begins with `retry`, then what was missed, then who is where. 401 means: not signed in (any more).
The log of events is the truth and `NOTIFY` only wakes, so nothing is lost between two connections.
"""
