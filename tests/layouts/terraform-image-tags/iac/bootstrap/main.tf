module "ecr_api" {
  source          = "../terraform/modules/ecr"
  repository_name = "tidewatch-api"
}
