locals {
  # bumped by the deploy workflow
  service_docker_tag = "d0d2194ab2b023469375c57a4a3ed1b2b2ae45db"
}
