"""Reading pages of which nothing is known: fields by vote and pattern, bodies by block. Pure, as `articles` is."""
