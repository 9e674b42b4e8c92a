job "traefik" {
  datacenters = ["fra1", "fra1-stg"]
  type        = "system"
  group "traefik" {
    task "traefik" {
      driver = "docker"
      config {
        image        = "traefik:v3.0.3"
        network_mode = "host"
      }
    }
  }
}
