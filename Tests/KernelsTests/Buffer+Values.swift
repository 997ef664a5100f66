import Kernels

extension Buffer {
  convenience init(_ values: [Float]) {
    self.init(count: values.count) { _ = $0.update(fromContentsOf: values) }
  }

  var values: [Float] { withHostValues { Array($0) } }
}
