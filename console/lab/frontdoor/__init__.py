"""The front door: WebSocket and synchronous HTTP on one port; behind it DSRM is asked and a DSRS is spoken to."""
