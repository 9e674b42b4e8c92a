resource "aws_ecs_task_definition" "eligibility_tasks" {
  family                   = "leave-eligibility-tasks-${var.environment_name}"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([
    {
      name  = "eligibility-tasks"
      image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/leave-eligibility-tasks:${var.service_docker_tag}"
    },
    {
      name  = "fluent-bit"
      image = "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.31.12"
    }
  ])
}
