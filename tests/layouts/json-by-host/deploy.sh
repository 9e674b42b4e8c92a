#!/bin/sh
set -eu
jq -r '.services | to_entries[] | "\(.key) \(.value.image):\(.value.version)"' "hosts/$1.json" | while read -r name image; do
  ssh "$1" docker service update --image "$image" "$name"
done
