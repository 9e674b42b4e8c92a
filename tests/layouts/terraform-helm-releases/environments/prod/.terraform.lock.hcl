provider "registry.terraform.io/hashicorp/helm" {
  version     = "2.17.0"
  constraints = "~> 2.13"
  hashes = [
    "h1:prc/7PjMIc0b4StdQistucNJQga7k7SO/T3PTJE45M1=",
    "zh:6e86932df1109f29dac7e2e39e4a7c41d1bc895981706248e1ec010acd25dba6",
  ]
}
