"""The action agendas hold no personal data: their parties are organisations."""

from portal.core.personal_data import holds_none

holds_none(
    "facts of the network about organisations, from published documents",
    *("action_agenda", "theme", "subtheme", "ambition", "action", "action_party", "action_related_theme", "signature"),
)
