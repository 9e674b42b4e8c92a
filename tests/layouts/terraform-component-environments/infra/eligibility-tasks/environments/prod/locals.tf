locals {
  # bumped by the deploy workflow
  service_docker_tag = "00f0abe"
}
