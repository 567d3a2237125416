"""The pages of source texts: the overview, and a text with its facts marked."""
