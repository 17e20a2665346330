"""The action agendas: speerpunten, subthemes, actions with their parties, and signatures."""
