module git.example.com/stays/pricing

go 1.23

require (
	github.com/go-chi/chi/v5 v5.1.0
	go.uber.org/zap v1.27.0
)
