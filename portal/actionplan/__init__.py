"""The action agendas: speerpunten, subthemes, actions, who leads and supports them, who signed."""
