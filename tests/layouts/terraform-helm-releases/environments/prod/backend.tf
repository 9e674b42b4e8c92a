terraform {
  required_version = ">= 1.7.0"
  backend "gcs" {
    bucket = "fin-tfstate-prod"
    prefix = "apps"
  }
}
