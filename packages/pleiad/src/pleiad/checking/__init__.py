"""Whether what a handler returns is what it declares."""
