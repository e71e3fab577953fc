"""The audit: records, who writes them, and the clock of service."""
