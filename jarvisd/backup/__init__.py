"""What the assistant knows and has done, in one file and back: memories, timers, settings, journal, audit."""
