#!/bin/sh
set -eu
env=$1 tenant=$2
cp -r templates/tenant "environments/$env/tenants/$tenant"
sed -i "s/TENANT/$tenant/g" $(find "environments/$env/tenants/$tenant" -type f)
