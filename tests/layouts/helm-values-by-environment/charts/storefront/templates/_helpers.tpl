{{- define "storefront.fullname" -}}
{{ .Release.Name }}
{{- end -}}
