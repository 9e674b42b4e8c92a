#!/usr/bin/env bash
set -euo pipefail
service=$1 env=$2
arn=$(aws ecs register-task-definition --cli-input-json "file://services/$service/task-definition.$env.json" --query taskDefinition.taskDefinitionArn --output text)
aws ecs update-service --cluster "$env" --service "$service" --task-definition "$arn"
