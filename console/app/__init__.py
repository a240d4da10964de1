"""The Qt application: bootstrap, bridge, windows."""
