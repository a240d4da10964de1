"""Bytes to readings. Pure."""
