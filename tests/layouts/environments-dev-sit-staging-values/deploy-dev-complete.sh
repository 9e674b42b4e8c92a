#!/bin/bash
set -e
kubectl apply -f argocd/
