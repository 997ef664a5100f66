import Files
import Foundation
import HTTPTypes
import HummingbirdCore
import Images
import NIOCore
import Pipelines

/// Uploading images, and queueing jobs with those that are there.
struct ImageRoutes: Sendable {
  let queue: JobQueue
  let shelf: ModelShelf
  let folder: PhotoFolder?
  let previews: Previews
  let disk: DiskShare
  let counter: UploadCounter
  let limits: ServerLimits
  let offload: Offload

  func add(to router: inout Router) {
    router.on(.post, "/v1/images", upload)
    router.on(.get, "/v1/images/{image}", original)
    router.on(.get, "/v1/images/{image}/preview", originalPreview)
    router.on(.post, "/v1/jobs", queueJobs)
    router.on(.get, "/v1/files", list)
    router.on(.get, "/v1/files/preview", filePreview)
  }

  /// Parameters of an upload that are no settings.
  private static let ownParameters: Set = ["name", "model"]

  private func upload(_ exchange: Exchange) async throws -> Response {
    let name = try GivenName(exchange.query["name"])
    let model = try shelf.model(exchange.query["model"] ?? BundledModel.upscaling, for: exchange.client)
    let settings = exchange.query.filter { !Self.ownParameters.contains($0.key) }
    _ = try JobSettings(settings, of: model)
    try queue.checkRoom(for: 1, of: exchange.client)
    let upload = try Upload(queue.store.newUpload(), counter: counter)
    try await upload.receive(exchange.request, atMost: limits.uploadBytes, room: disk.room)
    let job = try await offload.run {
      try upload.sync()
      let ending = (name.text as NSString).pathExtension
      let known = ImageFileKind(pathExtension: ending) != nil ? ending : ""
      let header = try self.header(of: upload.file, named: name.text)
      let image = Job.Image(
        id: JobStore.newID(), width: header.width, height: header.height, bytes: upload.bytes, pathExtension: known)
      try self.queue.store.keep(upload.file, as: image)
      return self.job(name.text, image, model, settings, of: exchange.client)
    }
    do {
      return Answer.json(queue.view(try await add([job])[0]), .created)
    } catch {
      queue.store.delete([job], keeping: [])
      throw error
    }
  }

  private func add(_ jobs: [Job]) async throws -> [Job] {
    try await offload.run { try self.queue.add(jobs) }
  }

  private func job(
    _ name: String, _ image: Job.Image, _ model: ModelOnShelf, _ settings: [String: String], of client: Client
  )
    -> Job
  {
    Job(
      id: JobStore.newID(), number: 0, owner: client.owner, name: name, task: model.task, model: model.id,
      modelName: model.name, settings: settings.filter { !$0.value.isEmpty }, image: image,
      created: Date().timeIntervalSince1970)
  }

  /// The size is told by the header, before anything is decoded. Throws `Refusal`.
  private func header(of file: URL, named name: String) throws -> ImageHeader {
    let header: ImageHeader
    do {
      header = try ImageHeader(contentsOf: file)
    } catch {
      throw Refusal.unreadable("\(error)".replacing(file.relativePath, with: name).replacing(file.path, with: name))
    }
    guard header.width <= limits.pixels / max(1, header.height) else {
      throw Refusal.tooLarge(
        "\(name) is too large: \(header.width)x\(header.height) pixels, where at most \(limits.pixels) pixels are taken"
      )
    }
    return header
  }

  private struct NewJobs: Decodable {
    let model: String
    var images: [String]?
    var files: [String]?
    var settings: [String: SettingText]?
  }

  /// A number or a text.
  private struct SettingText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Int.self) {
        text = String(number)
      } else if let number = try? value.decode(Double.self) {
        text = String(number)
      } else {
        text = try value.decode(String.self)
      }
    }
  }

  private func queueJobs(_ exchange: Exchange) async throws -> Response {
    let new = try await exchange.json(NewJobs.self)
    let client = exchange.client
    let model = try shelf.model(new.model, for: client)
    let settings = (new.settings ?? [:]).mapValues(\.text)
    _ = try JobSettings(settings, of: model)
    let jobs = try await offload.run {
      var jobs: [Job] = []
      for id in new.images ?? [] {
        let known = try self.queue.image(id, of: client)
        jobs.append(self.job(known.name, known.image, model, settings, of: client))
      }
      let paths = try (new.files ?? []).flatMap { try self.photographs($0) }
      try self.queue.checkRoom(for: jobs.count + paths.count, of: client)
      for path in paths { jobs.append(self.job(path, try self.image(at: path), model, settings, of: client)) }
      guard !jobs.isEmpty else { throw Refusal.invalid("no image is named: expected images, files or both") }
      try self.queue.checkRoom(for: jobs.count, of: client)
      return try self.queue.add(jobs)
    }
    return Answer.json(["jobs": jobs.map(queue.view)], .created)
  }

  private func photographs(_ path: String) throws -> [String] {
    guard let folder else {
      throw Refusal.missing("the server was given no folder of photographs: start it with --folder")
    }
    return try folder.images(path)
  }

  /// A file of the folder of photographs stays where it is. One that cannot be read is told of when it is computed.
  private func image(at path: String) throws -> Job.Image {
    guard let file = try folder?.file(path) else { throw Refusal.missing("there is no '\(path)'") }
    let header = try? ImageHeader(contentsOf: file)
    return Job.Image(
      id: Fingerprint(of: "folder:\(path)").text, width: header?.width ?? 0, height: header?.height ?? 0,
      bytes: FileStamp(file)?.size ?? 0, path: path, pathExtension: (path as NSString).pathExtension)
  }

  // MARK: Showing

  private func file(of image: Job.Image) throws -> URL {
    guard let path = image.path else { return queue.store.uploaded(image) }
    guard let folder else { throw Refusal.missing("the server was started without the folder that \(path) is in") }
    return try folder.file(path)
  }

  private func original(_ exchange: Exchange) async throws -> Response {
    let job = try queue.image(exchange.parameter("image"), of: exchange.client)
    return try Answer.file(file(of: job.image), type: MediaType.ofImage(job.name), isLasting: job.image.path == nil)
  }

  private func originalPreview(_ exchange: Exchange) async throws -> Response {
    let job = try queue.image(exchange.parameter("image"), of: exchange.client)
    return try await preview(
      file(of: job.image), named: job.image.id, shown: job.name, exchange, isUpload: job.image.path == nil)
  }

  private func preview(_ file: URL, named name: String, shown: String, _ exchange: Exchange, isUpload: Bool)
    async throws
    -> Response
  {
    let side = try exchange.number("side", Previews.sides)
    let changed = isUpload ? "" : "-\(FileStamp(file).map { Fingerprint(of: "\($0)").text } ?? "")"
    let preview = try await previews.preview(of: file, named: name + changed, side: side, shown: shown)
    return try Answer.file(preview, type: "image/png", isLasting: isUpload)
  }

  // MARK: The folder of photographs

  private struct Listing: Encodable {
    let path: String
    let total: Int
    let offset: Int
    let entries: [PhotoFolder.Entry]
  }

  private func list(_ exchange: Exchange) async throws -> Response {
    guard let folder else {
      throw Refusal.missing("the server was given no folder of photographs: start it with --folder")
    }
    let path = exchange.query["path"] ?? ""
    let offset = try exchange.number("offset", 0...Int.max, default: 0) ?? 0
    let limit = try exchange.number("limit", 1...1000, default: 200) ?? 200
    let entries = try await offload.run { try folder.list(path) }
    return Answer.json(
      Listing(path: path, total: entries.count, offset: offset, entries: Array(entries.dropFirst(offset).prefix(limit)))
    )
  }

  private func filePreview(_ exchange: Exchange) async throws -> Response {
    guard let folder else {
      throw Refusal.missing("the server was given no folder of photographs: start it with --folder")
    }
    let path = exchange.query["path"] ?? ""
    return try await preview(
      folder.file(path), named: Fingerprint(of: "folder:\(path)").text, shown: path, exchange, isUpload: false)
  }
}
