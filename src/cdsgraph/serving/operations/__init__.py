"""What runs beside every request: failures told, headers, limits, logs, metrics, and checks for clients."""
