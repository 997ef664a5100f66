import Models

/// What a model file says of itself as a page in Markdown, to be published beside it, with the head in YAML that hubs for models
/// read.
public struct ModelCard: Sendable {
  private let model: ModelFile

  public init(of model: ModelFile) {
    self.model = model
  }

  public var text: String {
    ([head, "# \(title)", summary, table, use] + [recipe, licence].compactMap(\.self)).joined(separator: "\n\n")
  }

  private var description: ModelDescription { model.description }
  private var fileName: String { Self.printable(model.file.url.lastPathComponent) }
  private var title: String {
    Self.printable(description.name ?? model.file.url.deletingPathExtension().lastPathComponent)
  }

  /// The keys of Hugging Face's model cards.
  private var head: String {
    // A file may call its task anything.
    let tags = ["guise", description.task, description.network.name].filter { tag in
      !tag.isEmpty && tag.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
    }
    return """
      ---
      license: other
      pipeline_tag: \(pipeline)
      library_name: guise
      tags: [\(tags.joined(separator: ", "))]
      ---
      """
  }

  private var isClassifier: Bool { description.network.network is any ClassifierNetwork.Type }
  private var makesImages: Bool { description.network.network is any SynthesisNetwork.Type }

  private var pipeline: String {
    isClassifier ? "image-classification" : makesImages ? "unconditional-image-generation" : "image-to-image"
  }

  private var summary: String {
    if isClassifier {
      return "A model that tells which of \(description.network.classes ?? 0) classes an image belongs to."
    }
    if makesImages {
      let classes = description.network.classes ?? 0
      let conditions =
        description.takesCaptions
        ? ", of captions, which are given as vectors of \(classes) values." : ", of \(classes) classes."
      return "A model that makes images from noise" + (classes > 0 ? conditions : ".")
    }
    let does =
      switch command {
      case "upscale":
        description.network.text(of: "scale") == "1"
          ? "restores images at their own size" : "enlarges images \(description.network.text(of: "scale") ?? "") times"
      case "colorize": "gives gray photographs colours"
      default: "translates images" + (description.direction.map { ", \($0.rawValue)" } ?? "")
      }
    return "A model that \(does)."
  }

  private var table: String {
    let rows = ModelInspection(model.file).fields.filter { !["recipe", "name", "licence"].contains($0.name) }
    return (["| | |", "|---|---|"] + rows.map { "| \($0.name) | \(Self.cell($0.value)) |" }).joined(separator: "\n")
  }

  private var command: String {
    if description.network.network is any UpscalingNetwork.Type { return "upscale" }
    return description.isColorization ? "colorize" : "translate"
  }

  private var use: String {
    let given = description.takesCaptions ? " --captions captions.txt --vectors vectors.safetensors" : ""
    let file = "'\(fileName.replacing("'", with: "'\\''"))'"
    let line =
      isClassifier
      ? "guise evaluate domains results originals --features \(file)"
      : makesImages
        ? "guise generate -m \(file) -n 64\(given) -o images" : "guise \(command) -i photos -o results -m \(file)"
    return "## Use\n\n```sh\n\(line)\n```"
  }

  private var recipe: String? {
    let lines = ModelInspection(model.file).recipe.map(Self.printable)
    guard !lines.isEmpty else { return nil }
    // A fence longer than any in the recipe, which may hold anything.
    let fence = String(repeating: "`", count: max(3, (lines.map(Self.longestFence).max() ?? 0) + 1))
    return "## Training\n\n\(fence)yaml\n" + lines.joined(separator: "\n") + "\n\(fence)"
  }

  private var licence: String? {
    description.licence.map { "## Licence\n\n\(Self.printable($0))" }
  }

  private static func longestFence(in line: String) -> Int {
    line.split { $0 != "`" }.map(\.count).max() ?? 0
  }

  private static func cell(_ text: String) -> String {
    printable(text).replacing("|", with: "\\|")
  }

  private static func printable(_ text: String) -> String { ModelInspection.printable(text) }
}
