print("mailer")
