"""SPARQL 1.1 Protocol and saved queries."""
