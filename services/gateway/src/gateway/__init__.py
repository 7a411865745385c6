"""Owns the public face: REST, live feed, keys, workspaces, webhooks, the audit log."""
