"""Phase-spread polling of one fleet; a FrameFeed."""
