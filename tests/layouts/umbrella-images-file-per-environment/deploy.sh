#!/bin/sh
set -e
ENV=${1:?env}
helm dependency build charts/shop
helm secrets upgrade --install shop charts/shop -n shop -f env/$ENV/values.yaml -f env/$ENV/images.yaml -f env/$ENV/secrets.enc.yaml
