"""SPARQL 1.1 stores elsewhere: asked through SPARQLWrapper, loaded by Graph Store Protocol or Update, read back."""

from cdsgraph.graph.remote.auth import Credentials
from cdsgraph.graph.remote.endpoint import Endpoint

__all__ = ["Credentials", "Endpoint"]
