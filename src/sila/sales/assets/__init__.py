"""What customers own of us: sold assets with their warranty, claims on it, and maintenance that plans visits (R49, R50)."""
