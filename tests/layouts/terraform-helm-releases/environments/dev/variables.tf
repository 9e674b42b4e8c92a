variable "project_id" { type = string }
variable "region" { type = string }
variable "cluster_name" { type = string }
variable "domain" { type = string }
variable "replicas" { type = number }
variable "image_tags" { type = map(string) }
variable "postgres_version" { type = string }
