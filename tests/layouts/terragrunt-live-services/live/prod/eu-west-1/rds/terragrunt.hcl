include "root" {
  path = find_in_parent_folders()
}

terraform {
  source = "git::https://git.example.com/infra/modules.git//rds?ref=v4.0.0"
}

inputs = {
  name = "shop-prod"
  engine_version = "16.4"
}
