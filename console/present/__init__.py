"""View to view data for widgets. Pure."""
