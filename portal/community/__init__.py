"""The network: organisations and the people who speak for them."""
