provider "registry.terraform.io/hashicorp/helm" {
  version     = "2.17.0"
  constraints = "~> 2.13"
  hashes = [
    "h1:xGyMK24nVbMg9evYbl1xRXQS7xiWRG8KB8mGQbJdDIM=",
    "zh:91a107458793bffdb3662ed91d69ac6fe4d1b256813f231f093f8552434b227a",
  ]
}
