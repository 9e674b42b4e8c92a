#!/usr/bin/env bash
set -euo pipefail
for env in apps/*/envs/*; do
  kustomize build "$env" | kubeconform -strict -ignore-missing-schemas
done
