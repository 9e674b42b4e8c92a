locals {
  # bumped by the deploy workflow
  service_docker_tag = "b319702e228f5c10a0addbc5c635a416fb4cbd65"
}
