"""Scripts that set-up runs: assets, translations and the word list. They import nothing else of the portal."""
