(import 'gateway/gateway.libsonnet') +
{
  _images+:: {
    gateway: 'registry.example.com/shop/gateway:f364140fe33c0899dad3c0acc73e7e1091261add',
  },
}
