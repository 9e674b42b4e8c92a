variable "service_name" {
  type = string
}
variable "container_image" {
  type = string
}
