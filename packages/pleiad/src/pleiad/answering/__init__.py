"""What runs in a request besides the compiled function: responses made, exceptions answered."""
