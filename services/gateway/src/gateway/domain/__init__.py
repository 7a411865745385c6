"""The gateway's rules: keys, webhook endpoints, deliveries, addresses, the event log, audit."""
