module git.example.com/stays/errors

go 1.23
