provider "registry.terraform.io/hashicorp/helm" {
  version     = "2.17.0"
  constraints = "~> 2.13"
  hashes = [
    "h1:LkGXIHjVo118LUpBQarRfpBJ2HGwRMJ3GqRe/c9Edf8=",
    "zh:0caf10b46ea12afe464684b9777e24bc5209d634fb06dbca945169151a979fcf",
  ]
}
