#!/bin/bash
set -e
for e in integration staging production; do
  helm template charts/app-config --values charts/app-config/values-$e.yaml > /dev/null
done
