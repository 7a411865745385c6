"""Minutes without a model: rules that quote."""
