include "root" {
  path = find_in_parent_folders()
}

include "envcommon" {
  path   = "${dirname(find_in_parent_folders())}/_envcommon/ecs-service.hcl"
  expose = true
}

terraform {
  source = "${include.envcommon.locals.base_source_url}?ref=v4.3.0"
}

dependency "vpc" {
  config_path = "../vpc"
}

inputs = {
  service_name  = "api"
  image_repo    = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/api"
  image_tag     = "b7034c1b6da5c36694b29bcc40dccfb0b56533b8"
  desired_count = 1
  subnet_ids    = dependency.vpc.outputs.private_subnets

  environment = {
    LOG_LEVEL = "debug"
  }
}
