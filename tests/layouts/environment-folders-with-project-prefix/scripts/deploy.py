"""Renders the release message and rewrites the images of one folder."""
import sys
