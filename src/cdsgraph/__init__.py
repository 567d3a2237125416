"""Vietnam's digital-transformation programme as a graph in which every figure leads back to its words."""
