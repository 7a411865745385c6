"""The media plane: its adapters, and the ear that hears what is said on it."""
