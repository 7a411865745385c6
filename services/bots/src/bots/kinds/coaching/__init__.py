"""What a coach counts, and when it holds its tongue."""
