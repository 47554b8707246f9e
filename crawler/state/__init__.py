"""What a run knows and decides: history, projections, verdict, publishing."""
