# written by the pipeline, do not edit
api_image_tag    = "v1.4.0-rc.2"
worker_image_tag = "v1.3.0"
