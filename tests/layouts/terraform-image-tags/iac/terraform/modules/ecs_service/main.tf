resource "aws_ecs_task_definition" "this" {
  family = var.service_name
  container_definitions = jsonencode([{
    name  = var.container_name
    image = var.container_image
  }])
}
