"""MIME, read leniently: header fields, encoded words, parts. See `headers` for why this is not the standard library's."""
