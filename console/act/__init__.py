"""Carries out what decide says."""
