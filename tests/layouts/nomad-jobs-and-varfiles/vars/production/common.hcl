datacenters = ["fra1"]
