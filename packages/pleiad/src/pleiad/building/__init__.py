"""From all declared handlers to the table that an app answers with."""
