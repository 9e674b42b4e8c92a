#!/usr/bin/env bash
set -euo pipefail
for d in apps/*/envs/*/; do
  kustomize build "$d" | kubeconform -strict -ignore-missing-schemas
done
