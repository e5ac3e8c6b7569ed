"""The addresses of one chat, below /chat/<key>/. The stream is served beside Django: see web/live."""

from __future__ import annotations

from django.urls import path

from shopbell.web.chat import config, files, identity, messages, signs, visits

urlpatterns = [
    path("config", config.config, name="chat_config"),
    path("visits", visits.visits, name="chat_visits"),
    path("messages", messages.messages, name="chat_messages"),
    path("typing", signs.typing, name="chat_typing"),
    path("read", signs.read, name="chat_read"),
    path("page", signs.page, name="chat_page"),
    path("end", signs.end, name="chat_end"),
    path("address", identity.address, name="chat_address"),
    path("code", identity.code, name="chat_code"),
    path("transcript", identity.transcript, name="chat_transcript"),
    path("files", files.files, name="chat_files"),
    path("files/<int:number>", files.file, name="chat_upload"),
    path("files/<str:token>", files.fetch, name="chat_file"),
]
