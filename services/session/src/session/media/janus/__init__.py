"""The media plane for browsers: Janus's VideoRoom for people, the ear beside it for bots."""
