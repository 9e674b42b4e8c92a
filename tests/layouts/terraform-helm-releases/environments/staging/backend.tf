terraform {
  required_version = ">= 1.7.0"
  backend "gcs" {
    bucket = "fin-tfstate-staging"
    prefix = "apps"
  }
}
