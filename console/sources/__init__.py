"""Balancers and servers as readings."""
