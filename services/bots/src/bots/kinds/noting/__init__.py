"""What taking notes takes beside the rules and the model that write them."""
