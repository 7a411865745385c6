"""What a meeting came to, told with the segments that show it: by rules, or by a language model."""
