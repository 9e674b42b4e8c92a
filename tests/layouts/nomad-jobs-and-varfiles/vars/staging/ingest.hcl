image_tag = "f5f8738eaeb619daf3d85bf16b2cfc8b62aac02f"
count     = 1
