"""Things by their IRI: resources, lists, vocabulary, catalogue, dumps, changes."""
