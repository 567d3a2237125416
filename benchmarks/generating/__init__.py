"""Vietnamese administrative documents made from templates, with the facts that they state known by construction."""
