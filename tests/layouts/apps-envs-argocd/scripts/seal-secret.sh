#!/bin/sh
kubeseal --format yaml --controller-namespace kube-system < "$1"
