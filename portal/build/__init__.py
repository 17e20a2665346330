"""Scripts that `make setup` runs: assets, translations and the word list. They import nothing else from the portal."""
