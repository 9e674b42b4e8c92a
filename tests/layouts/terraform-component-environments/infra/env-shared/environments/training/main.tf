module "shared" {
  source           = "../../template"
  environment_name = "training"
  postgres_version = "14.10"
}
