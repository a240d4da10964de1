"""Alarm rules, one file each, and what they share. Pure."""
