datacenters = ["fra1-stg"]
