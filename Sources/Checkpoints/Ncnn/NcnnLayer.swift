/// One line of an ncnn graph.
struct NcnnLayer: CustomStringConvertible {
  let type: String
  let name: String
  let inputs: [String]
  let outputs: [String]
  let parameters: NcnnParameters

  /// For messages. Names may be of any length.
  var description: String { "the layer \(type.prefix(80)) \(name.prefix(80))" }

  init(_ line: Substring) throws(MalformedFile) {
    var words = line.split(whereSeparator: \.isWhitespace)[...]
    guard let type = words.popFirst(), let name = words.popFirst(), let inputs = words.popFirst().flatMap({ Int($0) }),
      let outputs = words.popFirst().flatMap({ Int($0) }), inputs >= 0, outputs >= 0,
      inputs <= words.count, outputs <= words.count - inputs
    else { throw MalformedFile("is damaged: a line that is not a layer: \(line.prefix(80))") }
    self.type = String(type)
    self.name = String(name)
    self.inputs = words.prefix(inputs).map(String.init)
    self.outputs = words.dropFirst(inputs).prefix(outputs).map(String.init)
    do {
      parameters = try NcnnParameters(words.dropFirst(inputs + outputs))
    } catch {
      throw MalformedFile("is damaged: the layer \(type.prefix(80)) \(name.prefix(80)) has \(error.problem)")
    }
  }
}
