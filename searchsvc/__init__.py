"""Full-text search over news archives, with facets on people, countries and organisations."""

__version__ = "0.1.0"
