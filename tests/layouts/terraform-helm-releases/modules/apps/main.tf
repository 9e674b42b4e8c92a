resource "helm_release" "billing" {
  name      = "billing"
  namespace = "billing"
  chart     = "${path.module}/charts/service"
  wait      = true

  values = [file("${path.module}/values/billing.yaml")]

  set {
    name  = "image.tag"
    value = var.image_tags["billing"]
  }
}

resource "helm_release" "ledger" {
  name      = "ledger"
  namespace = "billing"
  chart     = "${path.module}/charts/service"
  wait      = true

  values = [file("${path.module}/values/ledger.yaml")]

  set {
    name  = "image.tag"
    value = var.image_tags["ledger"]
  }
}

resource "helm_release" "invoice_pdf" {
  name      = "invoice-pdf"
  namespace = "billing"
  chart     = "${path.module}/charts/service"
  wait      = true

  values = [file("${path.module}/values/invoice-pdf.yaml")]

  set {
    name  = "image.tag"
    value = var.image_tags["invoice-pdf"]
  }
}

resource "helm_release" "gateway" {
  name      = "gateway"
  namespace = "billing"
  chart     = "${path.module}/charts/service"
  wait      = true

  values = [file("${path.module}/values/gateway.yaml")]

  set {
    name  = "image.tag"
    value = var.image_tags["gateway"]
  }
}

