#!/usr/bin/env bash
find . -name kustomization.yaml -print0 | xargs -0 -n1 dirname | xargs -n1 kustomize build > /dev/null
