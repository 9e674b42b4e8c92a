# Generated from bin/bootstrap-env.sh test api
provider "aws" {
  region = "us-east-1"
}

terraform {
  required_version = "1.5.7"

  backend "s3" {
    bucket         = "leave-test-env-mgmt"
    key            = "terraform/api.tfstate"
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

module "api" {
  source = "../../template"

  environment_name   = "test"
  service_docker_tag = local.service_docker_tag
  service_app_count  = 2
}
