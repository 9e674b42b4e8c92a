local k = import 'ksonnet-util/kausal.libsonnet';
{
  _images+:: { gateway: error 'set me' },
  deployment: k.apps.v1.deployment.new('gateway', 2, [k.core.v1.container.new('gateway', $._images.gateway)]),
}
