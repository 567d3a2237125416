"""Requests and answers as such, whatever is asked: negotiation, bodies, heads, what is seen of them."""
