include "root" {
  path = find_in_parent_folders()
}

terraform {
  source = "git::https://git.example.com/infra/modules.git//alb?ref=v4.1.1"
}

inputs = {
  name = "shop-stage"
}
