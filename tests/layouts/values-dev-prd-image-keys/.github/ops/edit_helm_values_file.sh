#!/bin/bash
# usage: edit_helm_values_file.sh <env> <service> <image> <commit>
set -xeuo pipefail
yq -i ".image.$2.$3 = \"${4:0:7}\"" "app/$2/values-$1.yaml"
