"""Proof: what was generated is judged by SQL that shares no logic with the generators."""
