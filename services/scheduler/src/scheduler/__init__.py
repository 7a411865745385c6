"""Owns meetings: what is planned, for whom, and the firing of due things."""
