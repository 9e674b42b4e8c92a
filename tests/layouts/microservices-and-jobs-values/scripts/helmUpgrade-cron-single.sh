#!/usr/bin/env bash
set -euo pipefail
ENV=$1; JOB=$2
helm upgrade --install "$JOB" charts/interop-eks-cronjob-chart --namespace "$ENV" \
  -f "commons/$ENV/values-cronjob.yaml" \
  -f "jobs/$JOB/$ENV/values.yaml"
