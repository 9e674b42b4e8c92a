variable "environment" {
  description = "Environment name"
  type        = string
  validation {
    condition     = contains(["test", "staging", "production", "dev"], var.environment)
    error_message = "unknown environment"
  }
}

variable "project_name" {
  type    = string
  default = "tidewatch"
}

variable "image_tag" {
  description = "Fallback tag of both services"
  type        = string
  default     = "latest"
}

variable "api_image_tag" {
  description = "Tag of the API (goes before image_tag)"
  type        = string
  default     = ""
}

variable "worker_image_tag" {
  description = "Tag of the worker (goes before image_tag)"
  type        = string
  default     = ""
}
