module "shared" {
  source           = "../../template"
  environment_name = "test"
  postgres_version = "14.10"
}
