/// What a PyTorch file held its tensors in, and which of several copies were taken.
struct TensorSource {
  enum Kind: Equatable {
    case stateDictionary
    /// A whole module of the given class, whose code is not in the file.
    case module(className: String)
    /// A program, whose code is not run.
    case torchScript
  }

  var kind = Kind.stateDictionary
  /// The entries that were opened to find the weights, from the outermost, such as `params_ema`.
  var wrappers: [String] = []
  /// Entries of the same kind that were left aside for them, such as `params`.
  var others: [String] = []

  /// What the file is, where that may be why its network is not recognised; nil for state dictionaries.
  var remark: String? {
    switch kind {
    case .stateDictionary: nil
    case .module(let className):
      "it is a pickled module (\(className)), of which the tensors are read but no code is run: save the network's "
        + "state_dict instead"
    case .torchScript:
      "it is a TorchScript program, of which the tensors are read but no code is run: save the network's state_dict "
        + "instead"
    }
  }
}
