"""The newest Frame and the history rings, in numpy."""
