# written by the pipeline, do not edit
api_image_tag    = "v1.3.0"
worker_image_tag = "v1.2.4"
