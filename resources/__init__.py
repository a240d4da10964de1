"""Data files of the product, found with importlib.resources."""
