"""What a program declares: options, the layers they make, handlers."""
