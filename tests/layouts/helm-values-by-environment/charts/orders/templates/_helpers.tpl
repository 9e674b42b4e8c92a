{{- define "orders.fullname" -}}
{{ .Release.Name }}
{{- end -}}
