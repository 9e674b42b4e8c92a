import sys, yaml
f, key, value = sys.argv[1:]
d = yaml.safe_load(open(f))
d["imageTags"][key] = value
yaml.safe_dump(d, open(f, "w"))
