"""The addresses of articles in the desk."""

from __future__ import annotations

from django.urls import path

from shopbell.web.desk import (
    article,
    article_about,
    article_history,
    article_of_answer,
    article_pick,
    article_write,
    articles,
    articles_use,
    topics,
)

urlpatterns = [
    path("articles/", articles.articles, name="articles"),
    path("articles/new/", article_write.new, name="article_new"),
    path("articles/preview/", article_write.preview, name="article_preview"),
    path("articles/pictures/", article_write.picture, name="article_picture"),
    path("articles/pick/", article_pick.pick, name="article_pick"),
    path("m/<int:number>/article/", article_of_answer.make, name="article_of_answer"),
    path("c/<int:number>/article/", article_of_answer.of_last, name="article_of_last"),
    path("c/<int:number>/articles/", article_pick.articles, name="articles_for"),
    path("articles/use/", articles_use.use, name="articles_use"),
    path("articles/use/drop/", articles_use.drop, name="articles_use_drop"),
    path("articles/topics/", topics.topics, name="topics"),
    path("articles/topics/new/", topics.topic, name="topic_new"),
    path("articles/topics/<int:number>/", topics.topic, name="topic"),
    path("articles/topics/<int:number>/move/", topics.move, name="topic_move"),
    path("articles/topics/<int:number>/delete/", topics.delete, name="topic_delete"),
    path("articles/<int:number>/", article.start, name="article_start"),
    path("articles/<int:number>/about/", article_about.about, name="article_about"),
    path("articles/<int:number>/delete/", article.delete, name="article_delete"),
    path("articles/<int:number>/<str:code>/", article.article, name="article"),
    path("articles/<int:number>/<str:code>/write/", article_write.write, name="article_write"),
    path("articles/<int:number>/<str:code>/step/", article.step, name="article_step"),
    path("articles/<int:number>/<str:code>/history/", article_history.history, name="article_history"),
    path("articles/<int:number>/<str:code>/restore/", article_history.restore, name="article_restore"),
]
