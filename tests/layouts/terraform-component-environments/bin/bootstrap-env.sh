#!/bin/bash
# usage: bin/bootstrap-env.sh <environment> <component>
set -eu
mkdir -p "infra/$2/environments/$1"
envsubst < "infra/$2/main.tf.tpl" > "infra/$2/environments/$1/main.tf"
