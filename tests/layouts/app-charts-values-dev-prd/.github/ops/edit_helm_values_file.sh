#!/bin/bash
set -xeuo pipefail
yq -i ".image.${SERVICE}.${CONTAINER} = \"${TAG}\"" app/${SERVICE}/values-prd.yaml
