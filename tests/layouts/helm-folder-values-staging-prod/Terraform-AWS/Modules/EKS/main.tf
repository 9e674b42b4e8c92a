resource "aws_eks_cluster" "this" {
  name = var.name
}
