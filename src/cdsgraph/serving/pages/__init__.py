"""Pages for people: templates, words, and what each page shows."""
