"""The rules of bots: who may be where, what a segment is, what the ear can say."""
