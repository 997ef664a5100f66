import Models
import Tensors

/// The network that a file's tensors begin like, and what that network's tensors are called there.
struct Candidate {
  let network: ModelDescription.Network
  let keys: [TensorKey]

  init(_ network: ModelDescription.Network, keys: [TensorKey]) {
    self.network = network
    self.keys = keys
  }

  /// Read off the names and shapes of a file's tensors; nil where they are no generator's.
  init?(_ shapes: [String: Shape]) {
    let readings = [Self.resnet, Self.unet, Self.rrdb, Self.srvgg, Self.msrresnet, Self.srresnet]
    guard let candidate = readings.lazy.compactMap({ $0(shapes) }).first else { return nil }
    self = candidate
  }

  /// What keeps a file's tensors from being this network's, in words; nil where they are.
  ///
  /// A network is only built once this is nil: then it takes no more memory than the file.
  func mismatch(with shapes: [String: Shape]) -> String? {
    let expected = Dictionary(uniqueKeysWithValues: keys.map { ($0.key, $0.shape) })
    var problems: [String] = []
    for (key, shape) in expected.sorted(by: { $0.key < $1.key }) {
      if let found = shapes[key] {
        if found != shape { problems.append("\(key) is \(found), expected was \(shape)") }
      } else {
        problems.append("\(key) \(shape) is missing")
      }
    }
    for key in shapes.keys.sorted() where expected[key] == nil && !Self.isSuperfluous(key) {
      problems.append("\(key) is not part of it")
    }
    guard !problems.isEmpty else { return nil }
    let rest = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
    return problems.prefix(3).joined(separator: "; ") + rest
  }

  /// Counters, and the statistics that old instance norms carry though the image's own are used.
  private static func isSuperfluous(_ key: String) -> Bool {
    [".num_batches_tracked", ".running_mean", ".running_var"].contains { key.hasSuffix($0) }
  }
}

extension [String: Shape] {
  /// The channels of a convolution's weight `[output, input, kernel, kernel]`; nil where there is no such tensor.
  func convolution(_ name: String, kernel: Int) -> (input: Int, output: Int)? {
    guard let shape = self[name], shape.rank == 4, shape[2] == kernel, shape[3] == kernel, shape.count > 0 else {
      return nil
    }
    return (shape[1], shape[0])
  }

  /// How many tensors there are of names with a number that counts up from 0.
  func count(_ name: (Int) -> String) -> Int {
    var count = 0
    while self[name(count)] != nil { count += 1 }
    return count
  }
}
