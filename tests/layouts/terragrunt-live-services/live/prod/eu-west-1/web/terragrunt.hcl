include "root" {
  path = find_in_parent_folders()
}

include "envcommon" {
  path   = "${dirname(find_in_parent_folders())}/_envcommon/ecs-service.hcl"
  expose = true
}

terraform {
  source = "${include.envcommon.locals.base_source_url}?ref=v4.2.0"
}

dependency "vpc" {
  config_path = "../vpc"
}

inputs = {
  service_name  = "web"
  image_repo    = "333333333333.dkr.ecr.eu-west-1.amazonaws.com/shop/web"
  image_tag     = "v7.3.0"
  desired_count = 4
  subnet_ids    = dependency.vpc.outputs.private_subnets

  environment = {
    LOG_LEVEL = "info"
  }
}
