"""The outbound runtime: the thread that delivers webhooks, and the HTTP client it uses."""
