terraform {
  source = "${local.base_source_url}?ref=v4.2.0"
}

locals {
  base_source_url = "git::https://git.example.com/infra/modules.git//ecs-service"
}

inputs = {
  desired_count = 1
  cpu           = 256
  memory        = 512
}
