module "shared" {
  source           = "../../template"
  environment_name = "prod"
  postgres_version = "13.13"
}
