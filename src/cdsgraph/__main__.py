"""`python -m cdsgraph`."""

from cdsgraph.cli import main

main()
