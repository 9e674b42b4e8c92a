#!/usr/bin/env bash
set -euo pipefail
for d in clusters/"$1"/base; do
  kustomize build --load-restrictor LoadRestrictionsNone "$d" > /dev/null
done
