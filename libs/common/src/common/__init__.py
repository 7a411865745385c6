"""What every service needs and no service owns: errors, rpc, bus, db, timers, telemetry."""

import os

# Read when gRPC is first imported. The loop starts children by fork, and what gRPC would do in them
# before their program begins kills one in fifteen while calls are under way.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")
