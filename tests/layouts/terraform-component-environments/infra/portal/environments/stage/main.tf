# Generated from bin/bootstrap-env.sh stage portal
provider "aws" {
  region = "us-east-1"
}

terraform {
  required_version = "1.5.7"

  backend "s3" {
    bucket         = "leave-stage-env-mgmt"
    key            = "terraform/portal.tfstate"
    region         = "us-east-1"
    dynamodb_table = "terraform_locks"
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.31.0"
    }
  }
}

module "portal" {
  source = "../../template"

  environment_name   = "stage"
  service_docker_tag = local.service_docker_tag
  service_app_count  = 2
}
