locals {
  environment = "stage"
  account_id  = "222222222222"
}
