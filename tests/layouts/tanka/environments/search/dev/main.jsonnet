local versions = import 'versions.json';
(import 'search/search.libsonnet')(versions)
