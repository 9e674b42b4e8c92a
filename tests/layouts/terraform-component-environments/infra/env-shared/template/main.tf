variable "environment_name" {}
variable "postgres_version" {}

resource "aws_db_instance" "leave" {
  identifier     = "leave-${var.environment_name}"
  engine_version = var.postgres_version
}
