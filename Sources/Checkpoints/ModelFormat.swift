/// The formats in which models are written.
public enum ModelFormat: Sendable, CaseIterable {
  case safetensors, pyTorch, onnx, ncnn

  /// The names' endings that stand for the format, the usual one first.
  public var extensions: [String] {
    switch self {
    case .safetensors: ["safetensors"]
    case .pyTorch: ["pth", "pt"]
    case .onnx: ["onnx"]
    case .ncnn: ["param", "bin"]
    }
  }

  /// Nil if no format is known by that ending.
  public init?(pathExtension: String) {
    let ending = pathExtension.lowercased()
    guard let format = Self.allCases.first(where: { $0.extensions.contains(ending) }) else { return nil }
    self = format
  }
}
