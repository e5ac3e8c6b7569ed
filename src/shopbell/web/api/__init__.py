"""The API: JSON over HTTP for other people's programs, under /api/v1/. See docs/api.md."""
