locals {
  environment = "dev"
  account_id  = "111111111111"
}
