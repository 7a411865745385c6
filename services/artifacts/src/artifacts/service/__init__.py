"""What artifacts can do: take in what happened, make what is kept, show it."""
