import Models
import Tensors

/// The network that a file's tensors resemble, and the names that the file gives them. The tensors need not all match.
struct RecognizedNetwork {
  let network: NetworkDescription
  let keys: [TensorKey]

  /// The first network in the list that recognises the tensors; nil if none does.
  init?(in tensors: TensorShapes) {
    let found = Networks.all.lazy.compactMap { NetworkDescription.recognized($0, in: tensors) }.first
    guard let found else { return nil }
    (network, keys) = found
  }
}

extension [TensorKey] {
  /// Why a file's tensors are not exactly these, as a message; nil if they are.
  ///
  /// A network is only built if this is nil, so that it takes no more memory than the file.
  func mismatch(with tensors: TensorShapes) -> String? {
    let expected = Dictionary(map { ($0.key, $0.shape) }) { first, _ in first }
    var problems: [String] = []
    for (key, shape) in expected.sorted(by: { $0.key < $1.key }) {
      if let found = tensors[key] {
        if found != shape { problems.append("\(key) is \(found), expected \(shape)") }
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

  /// Whether a tensor is not needed: batch counters, the running statistics that old instance norms stored but did not
  /// use, the kernels folded from a re-parameterised convolution's branches, the fixed filters of blurs, what attention within
  /// windows computes from their sizes, and layers of colorizers that are of use in training alone.
  private static func isSuperfluous(_ key: String) -> Bool {
    [
      ".num_batches_tracked", ".running_mean", ".running_var", ".eval_conv.weight", ".eval_conv.bias", ".filt",
      ".relative_position_index", ".attn_mask", ".resample_filter",
      "relative_position_index_SA", "relative_position_index_OCA", ".rpe_biases", ".aligned_relative_position_index",
      ".attn_mask_0", ".attn_mask_1", "model_class.0.weight", "model_class.0.bias", "encoder.arch.norm.weight",
      "encoder.arch.norm.bias", "encoder.arch.head_cls.weight", "encoder.arch.head_cls.bias",
    ].contains { key.hasSuffix($0) }
  }
}
