"""From a declared handler to a plan: all that happens in one call, as data that can be written, run and shown."""
