kubectl get pods -n courier -w
