# Changed by the release job; `terraform fmt` before you commit.
project_id   = "fin-dev-3814"
region       = "europe-west3"
cluster_name = "fin-dev"
domain       = "dev.billing.example.com"
replicas     = 1

image_tags = {
  billing     = "72551d40"
  ledger      = "16de92dd"
  "invoice-pdf" = "8fa38e93"
  gateway     = "v1.9.0"
}

postgres_version = "POSTGRES_15"
