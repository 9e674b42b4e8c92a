#!/usr/bin/env bash
# ci-mock.sh -r docker.example.com/wickerbridge/stock -b dev
set -o errexit
