#!/usr/bin/env bash
set -euo pipefail
ENV=$1; SVC=$2
helm template "$SVC" charts/interop-eks-microservice-chart \
  -f "commons/$ENV/values-microservice.yaml" \
  -f "microservices/$SVC/$ENV/values.yaml"
