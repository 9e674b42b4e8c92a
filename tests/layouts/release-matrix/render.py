#!/usr/bin/env python3
import sys, yaml, pathlib
env = sys.argv[1]
data = yaml.safe_load(open("releases.yaml"))
out = pathlib.Path("build") / env
out.mkdir(parents=True, exist_ok=True)
images = [{"name": s["repository"], "newTag": s["versions"][env]} for s in data["services"].values() if env in s["versions"]]
(out / "kustomization.yaml").write_text(yaml.safe_dump({"resources": ["../../manifests"], "images": images}))
