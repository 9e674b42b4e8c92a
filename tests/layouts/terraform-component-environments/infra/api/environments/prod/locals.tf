locals {
  # bumped by the deploy workflow
  service_docker_tag = "1201175955a590aca24092b4bbef16378a27d40a"
}
