import Models
import Tensors

/// The network that a file's tensors begin like, and what the file calls that network's tensors.
struct RecognizedNetwork {
  let network: NetworkDescription
  let keys: [TensorKey]

  /// The first in the list that recognises itself; nil where none does.
  init?(in tensors: TensorShapes) {
    let found = Networks.all.lazy.compactMap { NetworkDescription.recognized($0, in: tensors) }.first
    guard let found else { return nil }
    (network, keys) = found
  }
}

extension [TensorKey] {
  /// What keeps a file's tensors from being these, in words; nil where they are.
  ///
  /// A network is only built once this is nil: then it takes no more memory than the file.
  func mismatch(with tensors: TensorShapes) -> String? {
    let expected = Dictionary(map { ($0.key, $0.shape) }) { first, _ in first }
    var problems: [String] = []
    for (key, shape) in expected.sorted(by: { $0.key < $1.key }) {
      if let found = tensors[key] {
        if found != shape { problems.append("\(key) is \(found), expected was \(shape)") }
      } else {
        problems.append("\(key) \(shape) is missing")
      }
    }
    for key in tensors.names where expected[key] == nil && !Self.isSuperfluous(key) {
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
