"""Calendars as files in iCalendar form: read, and one appointment added."""
