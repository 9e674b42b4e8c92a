#!/usr/bin/env python3
import sys, json, jinja2
project, phase, version = sys.argv[1:4]
path = f"charts/{project}"
out = jinja2.Template(open(f"{path}/values-template.yaml.j2").read()).render(version=version)
open(f"{path}/values-{phase}.yaml", "w").write(out)
