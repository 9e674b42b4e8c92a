variable "image_tag" {
  type = string
}

variable "count" {
  type    = number
  default = 1
}

variable "datacenters" {
  type = list(string)
}

job "scheduler" {
  datacenters = var.datacenters
  type        = "service"

  group "scheduler" {
    count = var.count

    network {
      port "http" { to = 8080 }
    }

    task "scheduler" {
      driver = "docker"
      config {
        image = "registry.example.com/analytics/scheduler:${var.image_tag}"
        ports = ["http"]
      }
      resources {
        cpu    = 500
        memory = 512
      }
    }

    task "log-shipper" {
      driver = "docker"
      lifecycle {
        hook    = "poststart"
        sidecar = true
      }
      config {
        image = "timberio/vector:0.39.0-alpine"
      }
    }
  }
}
