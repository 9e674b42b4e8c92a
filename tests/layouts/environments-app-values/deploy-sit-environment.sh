#!/bin/bash
set -e
kubectl apply -f argocd/app-of-apps.yaml
