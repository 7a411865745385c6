"""Policies: rules over what is said and done in a session, and what follows when one is broken."""
