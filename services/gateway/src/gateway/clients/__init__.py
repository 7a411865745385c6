"""What the gateway asks of others: services' clocks, live words."""
