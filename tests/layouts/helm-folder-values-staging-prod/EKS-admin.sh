aws eks update-kubeconfig --name care-desk --role-arn "$ADMIN_ROLE"
