"""What an app owes its server: the lifespan, the signals to stop, the host that is asked."""
