(import 'gateway/gateway.libsonnet') +
{
  _images+:: {
    gateway: 'registry.example.com/shop/gateway:586b921ef45eb73b53a223ec03739d6eb3a05654',
  },
}
