"""What every service needs and no service owns: errors, rpc, bus, db, timers, telemetry."""
