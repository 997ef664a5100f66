import Foundation
import Models

/// A description of a file of weights for users, whether or not it is a model that this program can run.
public struct ModelInspection: Sendable {
  let file: TensorFile
  private let kind: FileKind
  private let generatorCount: Int
  let model: Result<ModelFile, CheckpointError>

  /// Throws if the file is damaged or holds no tensors, but not if its network is unknown.
  public init(contentsOf url: URL) throws(CheckpointError) {
    self.init(try TensorFile(contentsOf: url))
  }

  package init(_ file: TensorFile) {
    self.file = file
    let search = GeneratorSearch(file)
    (kind, generatorCount) = (search.kind, search.found.count)
    model = Result { () throws(CheckpointError) in try ModelFile(file) }
  }

  /// The description, in several lines, without a newline at the end.
  ///
  /// - Parameters:
  ///   - showingRecipe: whether to give the recipe's text, and not only its length.
  ///   - listingTensors: whether to append a table of all tensors' names, shapes and types.
  public func text(showingRecipe: Bool = false, listingTensors: Bool = false) -> String {
    var lines = [Self.printable(file.url.lastPathComponent)]
    let fields = self.fields
    let width = fields.map(\.name.count).max() ?? 0
    for (name, value) in fields {
      lines.append("  \(Self.padded(name, to: width))  \(Self.printable(value))")
    }
    if showingRecipe, !recipe.isEmpty { lines += recipe.map { "    \(Self.printable($0))" } }
    if listingTensors {
      lines.append("")
      lines += tensorTable
    }
    return lines.joined(separator: "\n")
  }

  /// The lines of the recipe, without empty ones.
  var recipe: [String] {
    let text = (try? model.get())?.description.recipe ?? file.metadata["recipe"] ?? ""
    return text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }

  var fields: [(name: String, value: String)] {
    var fields = [("format", file.format.rawValue)]
    switch model {
    case .success(let model):
      let description = model.description
      fields.append(("task", description.task + (model.isSelfDescribed ? "" : " (told from the tensors)")))
      if let selection = model.selection { fields.append(("weights", selection)) }
      if let direction = description.direction { fields.append(("direction", direction.rawValue)) }
      fields.append(("network", description.network.summary))
      let optional = [
        ("classes", description.classes?.joined(separator: ", ")),
        ("captions", description.takesCaptions ? "as vectors of \(description.network.classes ?? 0) values" : nil),
        ("values", description.valueRange?.rawValue), ("name", description.name),
        ("steps", description.trainingSteps.map { String($0) }),
        ("licence", description.licence), ("written by", description.version.map { "guise \($0)" }),
      ]
      for case (let name, let value?) in optional where !value.isEmpty { fields.append((name, value)) }
    case .failure(let error):
      if let kind = file.metadata["kind"] {
        // A run's checkpoint: all of its networks, optimisers and images seen.
        fields.append(("kind", kind))
        if let step = file.metadata["step"] { fields.append(("step", step)) }
      } else if case .unknown = kind {
        fields.append(("network", "unrecognised; \(file.tensors.count) tensors"))
      } else {
        fields.append(("network", kind.summary))
      }
      if ModelDescription.isPresent(in: file.metadata) || file.source.remark != nil || generatorCount > 1 {
        fields.append(("problem", error.problem))
      }
    }
    fields.append((isModel ? "parameters" : "values", Self.grouped(valueCount)))
    fields.append(("size", "\(Self.megabytes(file.size)), \(types)"))
    if !recipe.isEmpty { fields.append(("recipe", "\(recipe.count) lines")) }
    return fields
  }

  private var isModel: Bool { (try? model.get()) != nil }

  /// The number of trainable values of a model, or of all values in another file.
  private var valueCount: Int {
    if case .success(let model) = model { return model.description.network.parameterCount }
    return file.tensors.reduce(0) { $0 + $1.shape.count }
  }

  private var types: String {
    var types: [ElementType] = []
    for tensor in file.tensors where !types.contains(tensor.elementType) { types.append(tensor.elementType) }
    return types.map { String(describing: $0) }.joined(separator: ", ")
  }

  private var tensorTable: [String] {
    let rows = file.tensors.map {
      (Self.printable($0.name), $0.shape.dimensions.map(String.init).joined(separator: "x"), "\($0.elementType)")
    }
    let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
    return rows.map { "\(Self.padded($0.0, to: widths.0))  \(Self.padded($0.1, to: widths.1))  \($0.2)" }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func megabytes(_ bytes: Int) -> String {
    bytes < 100_000 ? "\(grouped(bytes)) bytes" : String(format: "%.1f MB", Double(bytes) / 1e6)
  }

  /// Groups thousands: 11378179 as 11,378,179.
  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: position))
      position -= 3
    }
    return digits
  }

  /// Removes control characters: names and texts from a file may contain terminal escape sequences.
  static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !CharacterSet.controlCharacters.contains($0) }))
  }
}
