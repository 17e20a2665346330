"""Dutch text analysis: tokens, stems, compounds, synonyms, trigrams and the word list."""
