#!/usr/bin/env python3
"""fills values-template.yaml.j2 and writes versions-<phase>.json"""
import argparse
