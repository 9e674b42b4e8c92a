include "root" {
  path = find_in_parent_folders()
}

terraform {
  source = "git::https://git.example.com/infra/modules.git//vpc?ref=v4.2.0"
}

inputs = {
  name = "shop-stage"
}
