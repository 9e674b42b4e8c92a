locals {
  # bumped by the deploy workflow
  service_docker_tag = "8b5c1ba9193d6a2d01e59e40076db70bf43d4997"
}
