import Checkpoints
import Foundation
import Tensors
import Testing

/// A checked-in file of values computed by PyTorch in float64. `scripts/golden/golden.py` documents its contents.
public struct GoldenFile: Sendable {
  /// In order of their names.
  public let cases: [GoldenCase]
  /// Every tensor by its full name.
  public let arrays: [String: NDArray]

  /// Reads `Golden/<name>.safetensors` in the calling test's folder.
  public init(_ name: String, besideTest test: String = #filePath) throws {
    let url = URL(filePath: test).deletingLastPathComponent().appending(path: "Golden/\(name).safetensors")
    let file = try TensorFile(contentsOf: url)
    let arrays = file.arrays()
    self.arrays = arrays
    cases = file.metadata.sorted { $0.key < $1.key }.map { GoldenCase(name: $0.key, attributes: $0.value, arrays) }
  }

  /// The tensors whose names begin with `prefix`, without it.
  public func arrays(under prefix: String) -> [String: NDArray] {
    GoldenCase.select(arrays, under: prefix)
  }
}

/// One case of a golden file.
public struct GoldenCase: Sendable, CustomTestStringConvertible {
  public let name: String
  /// The case's tensors by role: `output`, `upstream`, `gradient.weight` and so on.
  public let arrays: [String: NDArray]
  private let attributes: String

  init(name: String, attributes: String, _ all: [String: NDArray]) {
    self.name = name
    self.attributes = attributes
    arrays = Self.select(all, under: name + "/")
  }

  public static func select(_ arrays: [String: NDArray], under prefix: String) -> [String: NDArray] {
    var selected: [String: NDArray] = [:]
    for (name, array) in arrays where name.hasPrefix(prefix) {
      selected[String(name.dropFirst(prefix.count))] = array
    }
    return selected
  }

  public var testDescription: String { name }

  /// The case's attributes, such as a stride.
  public func attributes<Attributes: Decodable>(_ type: Attributes.Type = Attributes.self) throws -> Attributes {
    try JSONDecoder().decode(type, from: Data(attributes.utf8))
  }

  public func array(_ role: String) throws -> NDArray {
    try #require(arrays[role], "the golden file has no \(role) for \(name)")
  }
}
