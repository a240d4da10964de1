"""The settings file: declared once, read with line numbers, written with comments kept."""
