"""The one loop where all meets, on a thread of its own, without Qt."""
