"""What a session is and may do, in plain values: no wire, no database, no clock."""
