"""Catalogues: what the page says in other languages than English, a file for each, in gettext's form."""
