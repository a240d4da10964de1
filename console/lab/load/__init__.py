"""Load: sessions that arrive whether or not the fleet can take them."""
