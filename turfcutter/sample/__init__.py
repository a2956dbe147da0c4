"""Invented counties: streets, precincts and voters to try things on."""

from turfcutter.sample.county import SampleCounty, make_county

__all__ = ["SampleCounty", "make_county"]
