"""The vocabulary: ids, readings, Frame, View, states, errors and ports. Standard library and numpy only."""
