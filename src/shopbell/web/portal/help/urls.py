"""Addresses of the help centres."""

from __future__ import annotations

from django.urls import path

from shopbell.web.portal.help import article, home, policy, results, sitemap, topic

urlpatterns = [
    path("<slug:slug>/", home.entrance, name="help"),
    path("<slug:slug>/sitemap.xml", sitemap.index, name="help_sitemap"),
    path("<slug:slug>/<slug:language>/", home.home, name="help_home"),
    path("<slug:slug>/<slug:language>/sitemap.xml", sitemap.pages, name="help_sitemap_of"),
    path("<slug:slug>/<slug:language>/search", results.results, name="help_results"),
    path("<slug:slug>/<slug:language>/suggest", results.suggest, name="help_suggest"),
    path("<slug:slug>/<slug:language>/topics/<int:number>/<str:name>/", topic.topic, name="help_topic"),
    path("<slug:slug>/<slug:language>/policies/<slug:topic>/", policy.policy, name="help_policy"),
    path("<slug:slug>/<slug:language>/articles/<str:article>/", article.article, name="help_article"),
    path("<slug:slug>/<slug:language>/articles/<str:article>/helped", article.judge, name="help_judge"),
    path("<slug:slug>/<slug:language>/articles/<str:article>/solved", article.solved, name="help_solved"),
]
