"""What runs queries and checks: worker processes, what is said to them, and the cache in front of them."""
