"""MIME, read leniently: header fields, encoded words, parts. `headers` says why not by the standard library."""
