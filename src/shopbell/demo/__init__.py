"""The demo shop: a made-up brand in four countries, its people, and what its customers write."""
