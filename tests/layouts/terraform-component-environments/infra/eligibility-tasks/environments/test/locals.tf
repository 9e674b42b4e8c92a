locals {
  # bumped by the deploy workflow
  service_docker_tag = "a379b0c"
}
