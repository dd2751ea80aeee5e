"""The jobs that an operator's timers run, and when each was last finished."""
