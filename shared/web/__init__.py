"""What every page and API route stands on: the app, the templates and words, who is asking, forms, faults and limits."""
