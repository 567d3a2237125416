"""What the page about a thing shows, a part in each module: names, evidence, records, time line, figures."""
