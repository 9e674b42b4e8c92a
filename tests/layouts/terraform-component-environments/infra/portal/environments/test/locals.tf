locals {
  # bumped by the deploy workflow
  service_docker_tag = "portal-v3.12.0"
}
