module "apps" {
  source = "../../modules/apps"

  environment  = "prod"
  cluster_name = var.cluster_name
  domain       = var.domain
  replicas     = var.replicas
  image_tags   = var.image_tags
}

module "addons" {
  source               = "../../modules/addons"
  cert_manager_version = "v1.16.3"
}

module "network" {
  source  = "terraform-google-modules/network/google"
  version = "~> 9.3"

  project_id   = var.project_id
  network_name = "fin-prod"
  subnets      = []
}
