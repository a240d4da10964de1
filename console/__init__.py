"""DSR Console: truth against belief for speech-recognition fleets."""

__version__ = "0.1.0"
