image_tag = "e032b40eac3e4f0b30fb0f8c2cf9ccf63fc23c34"
count     = 4
