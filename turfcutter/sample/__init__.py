"""Invented counties: streets, precincts and voters to try things on."""

from turfcutter.sample.county import SampleCounty, county_sizes, make_county

__all__ = ["SampleCounty", "county_sizes", "make_county"]
