"""Use cases: what can be asked of live sessions, and what their owners do by themselves."""
