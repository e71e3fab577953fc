"""What asks for which tool, in English."""
