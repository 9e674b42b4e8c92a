# production
# make plan ENVIRONMENT=production

# General
aws_region   = "eu-west-1"
project_name = "tidewatch"
environment  = "production"

tags = {
  Project     = "Tidewatch"
  Environment = "production"
  ManagedBy   = "terraform"
}

# Network
vpc_cidr             = "10.1.0.0/16"
availability_zones   = ["eu-west-1a", "eu-west-1b"]
enable_nat_gateway   = true

# ECR
create_ecr_repositories  = false
ecr_image_tag_mutability = "IMMUTABLE"

# fallback, image_tags.production.tfvars goes first
image_tag = "v1.0.0"
# api_image = ""
# worker_image = ""

# ECS
api_desired_count = 1
api_cpu           = 256
worker_desired_count = 1
log_level            = "WARNING"
