"""Tables of any size, worked on as whole columns."""
