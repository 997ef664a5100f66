import Foundation

/// The layers of an ncnn graph, the text in a `.param` file: a magic number, the numbers of layers and blobs, then a
/// line for each layer with its type, its name, the numbers of its inputs and outputs, their names, and its parameters.
///
/// Every layer reads outputs of earlier ones, so there are no cycles.
struct NcnnGraph {
  let layers: [NcnnLayer]

  private static let magic = "7767517"
  /// More than any network has. A file's own count is only compared.
  private static let mostLayers = 100_000

  static func recognises(_ file: Data) -> Bool { file.starts(with: magic.utf8) }

  init(_ file: Data) throws(MalformedFile) {
    guard let text = String(validating: file, as: UTF8.self) else { throw MalformedFile("is not text in UTF-8") }
    var lines = text.split(whereSeparator: \.isNewline)[...]
    guard lines.popFirst()?.trimmingCharacters(in: .whitespaces) == Self.magic else {
      throw MalformedFile("is no graph of ncnn's: its first line is not \(Self.magic) alone")
    }
    guard let counts = lines.popFirst()?.split(whereSeparator: \.isWhitespace), counts.count == 2,
      let count = Int(counts[0]), Int(counts[1]) != nil
    else { throw MalformedFile("lacks the numbers of its layers and blobs in the second line") }
    lines = lines.filter { !$0.allSatisfy(\.isWhitespace) }[...]
    guard lines.count <= Self.mostLayers, count == lines.count else {
      throw MalformedFile("announces \(count) layers and has \(lines.count): it is damaged or cut short")
    }
    var layers: [NcnnLayer] = []
    var made: Set<String> = []
    for line in lines {
      let layer = try NcnnLayer(line)
      for input in layer.inputs where !made.contains(input) {
        throw MalformedFile("is damaged: \(layer) reads \(input.prefix(80)), which no earlier layer makes")
      }
      for output in layer.outputs where !made.insert(output).inserted {
        throw MalformedFile("is damaged: \(layer) makes \(output.prefix(80)), which an earlier layer makes")
      }
      layers.append(layer)
    }
    self.layers = layers
  }
}
