include "root" {
  path = find_in_parent_folders()
}

terraform {
  source = "git::https://git.example.com/infra/modules.git//rds?ref=v4.2.0"
}

inputs = {
  name = "shop-dev"
  engine_version = "16.4"
}
