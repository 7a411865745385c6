"""The gateway's use cases: access, webhooks, the event log, the live feed, sending."""
