"""How well search answers: judged queries over documents made from what the portal ships, and texts written for it."""
