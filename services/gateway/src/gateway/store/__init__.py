"""Where the gateway's things are kept. The only package of this service that speaks SQL."""
