locals {
  # bumped by the deploy workflow
  service_docker_tag = "397d758"
}
