#!/bin/bash
set -ex
checkout_cluster() { kubectl config use-context "$1"; }
kubectl delete -f configmap-versions.yaml || true
kubectl apply -f configmap-versions.yaml
kubectl apply -k .
