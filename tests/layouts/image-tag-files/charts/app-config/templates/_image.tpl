{{- define "app-config.image" -}}
{{- $f := printf "image-tags/%s/%s" .environment .name }}
{{- $tags := $.Files.Get $f | fromYaml }}
repository: registry.example.com/{{ .repoName | default .name }}
tag: {{ $tags.image_tag | quote }}
{{- end }}
