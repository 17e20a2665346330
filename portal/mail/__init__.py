"""Mail: an outbox filled in the transaction of the change, a sender, and mail preferences."""
