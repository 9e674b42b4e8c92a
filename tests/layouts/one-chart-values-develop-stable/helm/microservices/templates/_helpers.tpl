{{- define "ms.labels" -}}
app.kubernetes.io/part-of: microservices
{{- end -}}
