image_tag = "36ee89213510dff9438c11f6924265bed155ca41"
count     = 4
