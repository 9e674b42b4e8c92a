#!/bin/sh
set -eu
for app in admin api document-download documentation; do
  key=$(echo "$app" | tr 'a-z-' 'A-Z_')_DOCKER_TAG
  tag=$(git ls-remote "https://github.com/courier/courier-$app" HEAD | cut -c1-7)
  sed -i "s/^$key: .*/$key: \"$tag\"/" "$1"
done
