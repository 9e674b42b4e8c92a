# Changed by the release job; `terraform fmt` before you commit.
project_id   = "fin-staging-3814"
region       = "europe-west3"
cluster_name = "fin-staging"
domain       = "staging.billing.example.com"
replicas     = 2

image_tags = {
  billing     = "bc24f9f1"
  ledger      = "16de92dd"
  "invoice-pdf" = "bf85ab7c"
  gateway     = "v1.9.0"
}

postgres_version = "POSTGRES_15"
