"""The rules of planning: meetings, their planned instants, recurrence and zones. Pure."""
