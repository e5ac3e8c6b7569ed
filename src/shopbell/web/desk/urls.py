"""The addresses of the desk."""

from __future__ import annotations

from django.urls import path

from shopbell.web.desk import (
    actions,
    assign,
    conversation,
    customer,
    details,
    draft,
    inbox,
    macros,
    needs_person,
    notifications,
    preferences,
    reply,
    search,
    snooze,
    tags,
)

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("list/", inbox.rows, name="rows"),
    path("c/<int:number>/", conversation.conversation, name="conversation"),
    path("c/<int:number>/older/", conversation.older, name="older"),
    path("c/<int:number>/reply/", reply.reply, name="reply"),
    path("c/<int:number>/note/", reply.note, name="note"),
    path("c/<int:number>/draft/", draft.draft, name="draft"),
    path("c/<int:number>/files/", draft.files, name="files"),
    path("c/<int:number>/macros/", macros.macros, name="macros"),
    path("c/<int:number>/assign/", assign.assign, name="assign"),
    path("c/<int:number>/snooze/", snooze.snooze, name="snooze"),
    path("c/<int:number>/wake/", actions.wake, name="wake"),
    path("c/<int:number>/tags/", tags.tags, name="tags"),
    path("c/<int:number>/details/", details.details, name="details"),
    path("c/<int:number>/await/", actions.await_customer, name="await"),
    path("c/<int:number>/resolve/", actions.resolve, name="resolve"),
    path("c/<int:number>/reopen/", actions.reopen, name="reopen"),
    path("c/<int:number>/spam/", actions.spam, name="spam"),
    path("c/<int:number>/not-spam/", actions.not_spam, name="not_spam"),
    path("c/<int:number>/unread/", actions.unread, name="unread"),
    path("m/<int:number>/", conversation.whole, name="whole"),
    path("m/<int:number>/undo/", reply.undo, name="undo"),
    path("m/<int:number>/retry/", reply.retry, name="retry"),
    path("drafts/files/<int:number>/remove/", draft.remove_file, name="remove_file"),
    path("customers/<int:number>/", customer.customer, name="customer"),
    path("customers/<int:number>/change/", customer.change, name="change_customer"),
    path("search/", search.search, name="search"),
    path("needs-person/", needs_person.needs_person, name="needs_person"),
    path("needs-person/<int:number>/", needs_person.raw_mail, name="raw_mail"),
    path("needs-person/<int:number>/download/", needs_person.download, name="raw_download"),
    path("needs-person/<int:number>/retry/", needs_person.try_again, name="raw_retry"),
    path("needs-person/<int:number>/dismiss/", needs_person.dismiss, name="raw_dismiss"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/bell/", notifications.bell, name="bell"),
    path("preferences/", preferences.preferences, name="preferences"),
]
