import Checkpoints
import Files
import Foundation
import Models
import Pipelines
import Synchronization
import Tensors
import Training

/// A model that jobs can name.
struct ModelOnShelf: Encodable, Sendable {
  enum Source: String, Encodable, Sendable {
    case bundled, run, added
  }

  let id: String
  let name: String
  let source: Source
  let task: ModelTask
  /// One plain line.
  let purpose: String
  var hasPicture: Bool { picture != nil }
  var bytes: Int?
  var scale: Int?
  let settings: [SettingView]
  let file: ModelFileOnShelf
  let picture: URL?

  private enum CodingKeys: String, CodingKey {
    case id, name, source, task, purpose, hasPicture, bytes, scale, settings
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(name, forKey: .name)
    try values.encode(source, forKey: .source)
    try values.encode(task, forKey: .task)
    try values.encode(purpose, forKey: .purpose)
    try values.encode(hasPicture, forKey: .hasPicture)
    try values.encodeIfPresent(bytes, forKey: .bytes)
    try values.encodeIfPresent(scale, forKey: .scale)
    try values.encode(settings, forKey: .settings)
  }
}

/// Where a model lies, and what it is for.
struct ModelFileOnShelf: Sendable, Equatable {
  let url: URL
  let name: String
  let task: ModelTask
  var direction: ModelDescription.Direction?
  /// A run whose newest checkpoint the file is to be made from, and the model's name there.
  var newest: Newest?

  struct Newest: Sendable, Equatable {
    let run: URL
    let model: String
  }
}

/// The models that there are: bundled ones, those of the host's runs, and those that a client has added.
final class ModelShelf: Sendable {
  private let added: URL
  private let newest: URL
  private let outputs: URL
  private let devices: [SettingView.Choice]

  private struct Known {
    let stamp: FileStamp
    /// Nil for what is no model.
    let description: ModelDescription?
    /// Whether it holds a generator for each direction.
    var hasDirections = false
  }

  /// What files hold, by their paths, since reading one takes a while.
  private let known = Mutex<[String: Known]>([:])

  /// - Parameters:
  ///   - outputs: the folder of runs.
  init(_ store: JobStore, outputs: URL, devices: [SettingView.Choice]) {
    (added, newest, self.outputs, self.devices) = (store.models, store.newest, outputs, devices)
  }

  func all(for client: Client) -> [ModelOnShelf] {
    bundled + addedModels(of: client) + (client.isHost ? runs : [])
  }

  /// Throws `Refusal` if the client has no such model.
  func model(_ id: String, for client: Client) throws(Refusal) -> ModelOnShelf {
    let models: [ModelOnShelf] =
      id.hasPrefix("run:") ? (client.isHost ? runs : []) : id.hasPrefix("added:") ? addedModels(of: client) : bundled
    guard let model = models.first(where: { $0.id == id }) else {
      throw .missing("there is no model '\(id)': /v1/models lists those that there are")
    }
    return model
  }

  // MARK: Kinds

  private var bundled: [ModelOnShelf] {
    let files = BundledFiles.models.all
    let names = Set(files.map(BundledFiles.name))
    return files.compactMap { file in
      let name = BundledFiles.name(of: file)
      // What only works mixed into another model is that one's setting.
      if name.hasSuffix("-denoise"), names.contains(String(name.dropLast("-denoise".count))) { return nil }
      let picture = file.deletingPathExtension().appendingPathExtension("jpg")
      return model(
        file, id: name, name: name, source: .bundled, purpose: BundledModel.purpose(of: file),
        picture: FileManager.default.fileExists(atPath: picture.path) ? picture : nil)
    }
  }

  private func folder(of client: Client) -> URL {
    added.appending(path: client.isHost ? "host" : client.owner, directoryHint: .isDirectory)
  }

  private func addedModels(of client: Client) -> [ModelOnShelf] {
    let folder = folder(of: client)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().compactMap { name in
      model(
        folder.appending(path: name), id: "added:\(name)", name: (name as NSString).deletingPathExtension,
        source: .added)
    }
  }

  private var runs: [ModelOnShelf] {
    RunList.folders(in: outputs).flatMap { run -> [ModelOnShelf] in
      let names = (try? run.modelNames) ?? []
      let picture = run.sampleSteps.last.map { run.sampleGrid(step: $0) }
      let finished = names.flatMap { name in
        [("", run.model(name)), ("-best", run.best(name))].compactMap { ending, file in
          model(
            file, id: "run:\(run.name):\(name)\(ending)", name: "\(run.name)-\(name)\(ending)", source: .run,
            purpose: "the run \(run.name), \(name)\(ending.isEmpty ? "" : ", where it measured best")", picture: picture
          )
        }
      }
      guard let step = run.checkpointSteps.last, let recipe = try? Recipe(contentsOf: run.recipe),
        recipe.generator.network.network?.network is any GeneratorNetwork.Type
      else {
        return finished
      }
      return finished
        + names.map { name in
          let file = newest.appending(path: "\(Fingerprint(of: "\(run.root.path) \(name) \(step)").text).safetensors")
          return Self.model(
            ModelFileOnShelf(
              url: file, name: "\(run.name)-\(name)-newest", task: Self.task(of: recipe),
              newest: .init(run: run.root, model: name)),
            id: "run:\(run.name):\(name):newest", source: .run,
            purpose: "the run \(run.name), \(name), from its checkpoint of step \(step)", picture: picture,
            scale: recipe.generator.network.text(of: "scale").flatMap { Int($0) }, devices: devices)
        }
    }
  }

  private static func task(of recipe: Recipe) -> ModelTask {
    switch recipe.task.name {
    case "super-resolution": .upscale
    case "colorization": .colorize
    default: .translate
    }
  }

  /// Nil for a file that is not there, or that holds no generator.
  private func model(
    _ file: URL, id: String, name: String, source: ModelOnShelf.Source, purpose: String? = nil, picture: URL? = nil
  ) -> ModelOnShelf? {
    guard let known = known(file), let description = known.description else { return nil }
    let network = description.network.network
    guard network is any GeneratorNetwork.Type else { return nil }
    let task: ModelTask =
      network is any UpscalingNetwork.Type ? .upscale : description.isColorization ? .colorize : .translate
    let partner = file.deletingPathExtension().path + "-denoise.\(file.pathExtension)"
    return Self.model(
      ModelFileOnShelf(
        url: file, name: name, task: task, direction: known.hasDirections ? nil : description.direction),
      id: id, source: source,
      purpose: purpose ?? "\(description.task): \(description.network.summary)", picture: picture,
      bytes: known.stamp.size, scale: description.network.text(of: "scale").flatMap { Int($0) },
      canDenoise: task == .upscale && FileManager.default.fileExists(atPath: partner),
      hasBins: network is ColorBinNetwork.Type, hasDirections: known.hasDirections, devices: devices)
  }

  private static func model(
    _ file: ModelFileOnShelf, id: String, source: ModelOnShelf.Source, purpose: String, picture: URL?,
    bytes: Int? = nil, scale: Int? = nil, canDenoise: Bool = false, hasBins: Bool = false,
    hasDirections: Bool = false, devices: [SettingView.Choice]
  ) -> ModelOnShelf {
    ModelOnShelf(
      id: id, name: file.name, source: source, task: file.task, purpose: purpose, bytes: bytes,
      scale: file.task == .upscale ? scale : nil,
      settings: SettingView.all(
        of: file.task, scale: scale, canDenoise: canDenoise, hasBins: hasBins, hasDirections: hasDirections,
        devices: devices),
      file: file, picture: picture)
  }

  private func known(_ file: URL) -> Known? {
    guard let stamp = FileStamp(file) else { return nil }
    if let known = known.withLock({ $0[file.path] }), known.stamp == stamp { return known }
    let known: Known
    do {
      let (model, hasDirections) = try Self.read(file)
      known = Known(stamp: stamp, description: model.description, hasDirections: hasDirections)
    } catch {
      known = Known(stamp: stamp, description: nil)
    }
    self.known.withLock { $0[file.path] = known }
    return known
  }

  /// A file's model; of those with a generator for each direction, the one from A to B.
  private static func read(_ file: URL) throws(CheckpointError) -> (model: ModelFile, hasDirections: Bool) {
    do {
      return (try ModelFile(contentsOf: file), false)
    } catch {
      guard let model = try? ModelFile(contentsOf: file, direction: .aToB),
        (try? ModelFile(contentsOf: file, direction: .bToA)) != nil
      else { throw error }
      return (model, true)
    }
  }

  // MARK: Adding

  private static let endings: Set = ["safetensors", "pth", "pt", "ckpt", "bin"]

  /// The place of a model that a client adds. Throws `Refusal` if its name is none, or taken.
  func place(_ name: GivenName, for client: Client) throws -> URL {
    guard !name.text.contains("/"), !name.text.hasPrefix("."),
      Self.endings.contains((name.text as NSString).pathExtension)
    else {
      throw Refusal.invalid(
        "the name is '\(name.text)', expected one that ends in .safetensors, .pth, .pt, .ckpt or .bin")
    }
    let file = folder(of: client).appending(path: name.text)
    guard !FileManager.default.fileExists(atPath: file.path) else {
      throw Refusal.conflict("there is an added model \(name.text): delete it first, or choose another name")
    }
    try Folder.make(folder(of: client))
    return file
  }

  /// Takes an upload over, once it was read as a model. Throws `Refusal`.
  func add(_ upload: URL, at file: URL, for client: Client) throws -> ModelOnShelf {
    let description: ModelDescription
    do {
      description = try Self.read(upload).model.description
    } catch {
      throw Refusal.unreadable("\(file.lastPathComponent) \(error.problem)")
    }
    guard description.network.network is any GeneratorNetwork.Type else {
      throw Refusal.unreadable(
        "\(file.lastPathComponent) is a model of the task \(description.task), expected one that makes images of images"
      )
    }
    guard link(upload.path, file.path) == 0 else {
      guard errno == EEXIST else {
        throw FileError.cannotWrite(path: file.lastPathComponent, reason: String(cString: strerror(errno)))
      }
      throw Refusal.conflict(
        "there is an added model \(file.lastPathComponent): delete it first, or choose another name")
    }
    return try model("added:\(file.lastPathComponent)", for: client)
  }

  /// Throws `Refusal` if the client has added none of that id.
  func delete(_ id: String, of client: Client) throws {
    let model = try model(id, for: client)
    guard model.source == .added else {
      throw Refusal.conflict("\(model.name) was not added here, and stays: only added models can be deleted")
    }
    try? FileManager.default.removeItem(at: model.file.url)
  }
}
