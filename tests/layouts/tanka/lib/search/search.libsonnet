local k = import 'ksonnet-util/kausal.libsonnet';
function(versions) {
  search: k.apps.v1.deployment.new('search', 2, [k.core.v1.container.new('search', 'registry.example.com/shop/search:' + versions.search)]),
  indexer: k.apps.v1.deployment.new('indexer', 1, [k.core.v1.container.new('indexer', 'registry.example.com/shop/indexer:' + versions.indexer)]),
}
