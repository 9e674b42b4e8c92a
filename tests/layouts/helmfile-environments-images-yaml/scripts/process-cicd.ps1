param($environment)
python scripts/edit-value.py environments/$environment/images.yaml data_api $env:DATA_API_TAG
python scripts/edit-value.py environments/$environment/images.yaml frontend $env:FRONTEND_TAG
