"""What a driver may ask for by law: his requests, and the result that he gets on paper."""
