"""The only user of httpx: the fan-out transport and the control client."""
