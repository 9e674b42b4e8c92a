module "eks" {
  source = "./Modules/EKS"
  cluster_version = "1.30"
}
