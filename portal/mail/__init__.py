"""Mail: an outbox written in the writer's transaction, a sender that never loses one, and what people want to get."""
