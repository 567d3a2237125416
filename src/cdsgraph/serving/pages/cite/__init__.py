"""The page of a citation: the fact, its evidence, and the reference to copy in every form."""
