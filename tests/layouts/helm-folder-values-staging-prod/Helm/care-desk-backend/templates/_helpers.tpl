{{- define "app.labels" -}}
app: {{ .Values.app.name }}
{{- end -}}
