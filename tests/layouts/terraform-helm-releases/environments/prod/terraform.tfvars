# Changed by the release job; `terraform fmt` before you commit.
project_id   = "fin-prod-3814"
region       = "europe-west3"
cluster_name = "fin-prod"
domain       = "billing.example.com"
replicas     = 4

image_tags = {
  billing     = "0ae6b53d"
  ledger      = "63b367c8"
  "invoice-pdf" = "6cb47d38"
  gateway     = "v1.8.4"
}

postgres_version = "POSTGRES_15"
