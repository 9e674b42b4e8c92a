package main

import "log"

var version = "dev"

func main() { log.Println("starting", version) }
