"""What the command says when it cannot go on: one sentence naming the cause and the remedy."""


class CannotStart(Exception):
    """Something the suite needs on this machine is missing, taken or broken."""
