"""The page of targets against measurements, its figures and its files."""
