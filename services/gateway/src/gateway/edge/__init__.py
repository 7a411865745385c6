"""The public REST face: a table and a translator in front of the services' gRPC."""
