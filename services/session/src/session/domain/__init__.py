"""The rules of a live session: its states, its people, its timers, its links."""
