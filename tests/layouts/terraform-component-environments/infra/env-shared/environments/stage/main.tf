module "shared" {
  source           = "../../template"
  environment_name = "stage"
  postgres_version = "14.10"
}
