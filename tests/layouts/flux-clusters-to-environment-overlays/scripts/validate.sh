#!/usr/bin/env bash
set -o errexit
find . -type f -name kustomization.yaml -print0 | while IFS= read -r -d $'\0' file; do kustomize build "${file/%kustomization.yaml}" | kubeconform -strict -ignore-missing-schemas; done
