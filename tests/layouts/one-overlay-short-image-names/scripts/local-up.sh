#!/usr/bin/env bash
k3d cluster create platform-local
for s in api-gateway auth-service frontend; do k3d image import "$s:latest" -c platform-local; done
kubectl apply -k kustomize/overlays/local
