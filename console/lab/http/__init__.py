"""Small HTTP/1.1 ends on asyncio and httptools: cheap enough for a thousand servers in one process."""
