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
  service_name  = "api"
  image_repo    = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/shop/api"
  image_tag     = "7ce663c1fb9486986a27c04eb4aef051afea47eb"
  desired_count = 2
  subnet_ids    = dependency.vpc.outputs.private_subnets

  environment = {
    LOG_LEVEL = "info"
  }
}
