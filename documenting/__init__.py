"""The pages of docs/ that are made from the code and the ontology, and the site made of all pages."""
