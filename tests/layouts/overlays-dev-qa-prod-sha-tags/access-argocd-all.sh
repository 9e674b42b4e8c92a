for c in dev qa prod; do kubectl --context kind-$c -n argocd port-forward svc/argocd-server 8080:443 & done
