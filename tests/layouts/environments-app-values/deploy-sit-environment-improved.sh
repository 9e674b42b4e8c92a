#!/bin/bash
set -euo pipefail
kubectl apply -f argocd/app-of-apps.yaml --server-side
