image_tag = "c768d256070ea065e137f93a90353c674e293bda"
count     = 1
