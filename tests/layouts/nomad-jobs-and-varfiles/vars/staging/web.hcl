image_tag = "511a5faadfde9343d6cc41793f025a7b5bfc0e2c"
count     = 1
