terraform {
  required_version = ">= 1.7.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
  backend "s3" {
  }
}

locals {
  project_prefix      = "${var.project_name}-${var.environment}"
  resolved_api_tag    = var.api_image_tag != "" ? var.api_image_tag : var.image_tag
  resolved_worker_tag = var.worker_image_tag != "" ? var.worker_image_tag : var.image_tag

  api_image = length(data.aws_ecr_repository.api) > 0 ? "${data.aws_ecr_repository.api[0].repository_url}:${local.resolved_api_tag}" : "nginx:latest"
  worker_image = length(data.aws_ecr_repository.worker) > 0 ? "${data.aws_ecr_repository.worker[0].repository_url}:${local.resolved_worker_tag}" : "nginx:latest"

  ecr_api_repo_name    = "${var.project_name}-api"
  ecr_worker_repo_name = "${var.project_name}-worker"
}

module "network" {
  source       = "../../modules/network"
  project_name = var.project_name
  environment  = var.environment
}

module "ecs_service_api" {
  source          = "../../modules/ecs_service"
  service_name    = "${local.project_prefix}-api"
  container_name  = "api"
  container_image = local.api_image
  container_port  = 8000
}

module "ecs_service_worker" {
  source          = "../../modules/ecs_service"
  service_name    = "${local.project_prefix}-worker"
  container_name  = "worker"
  container_image = local.worker_image
  container_port  = 0
}
