#!/bin/bash
kubectl apply -k argo-cd-apps/overlays/${1:-development}
