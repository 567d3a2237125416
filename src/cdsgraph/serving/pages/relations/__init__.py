"""What a thing is related to: found, drawn, and shown on a page of its own."""
