"""The ways to a device. All carry the same bytes; `link.Link` is what they have in common."""
