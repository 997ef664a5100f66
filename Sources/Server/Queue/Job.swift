import Foundation

/// One image and what is to be made of it. Also how it is kept on disk, in `job.json`.
struct Job: Codable, Sendable, Identifiable {
  enum State: String, Codable, Sendable, CaseIterable {
    case waiting, running, done, failed, cancelled

    var isEnded: Bool { self != .waiting && self != .running }
  }

  struct Image: Codable, Sendable, Equatable {
    /// Several jobs may have one image.
    var id: String
    var width: Int
    var height: Int
    var bytes: Int
    /// The path in the folder of photographs; nil for an image that was uploaded.
    var path: String?
    /// The extension of the uploaded file's name; empty if images do not have it.
    var pathExtension: String
  }

  struct Result: Codable, Sendable, Equatable {
    var name: String
    /// The media type.
    var type: String
    var width: Int
    var height: Int
    var bytes: Int
    /// The computing time.
    var seconds: Double
  }

  let id: String
  /// Counts all jobs.
  var number: Int
  /// Of the client: see `Client.owner`.
  let owner: String
  var state = State.waiting
  /// The image's name as it was given, with the folders above it.
  let name: String
  let task: ModelTask
  /// The model's id, and its name for people.
  let model: String
  let modelName: String
  /// As asked for, by name.
  let settings: [String: String]
  let image: Image
  let created: Double
  var started: Double?
  var ended: Double?
  var result: Result?
  var error: String?
  var notices: [String] = []

  /// What changes while it runs, and is not kept.
  struct Progress: Sendable {
    /// 0...1.
    var fraction = 0.0
    var secondsLeft: Double?
  }
}

/// A job as clients see it.
struct JobView: Encodable {
  let job: Job
  var progress = Job.Progress()
  /// Of a waiting job: 1 is the next.
  var place: Int?

  private enum Keys: String, CodingKey {
    case id, number, state, name, task, model, modelName, settings, image, created, started, ended, progress
    case secondsLeft, place, result, error, notices
  }

  private struct Image: Encodable {
    let id: String
    let width, height, bytes: Int
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    try values.encode(job.id, forKey: .id)
    try values.encode(job.number, forKey: .number)
    try values.encode(job.state, forKey: .state)
    try values.encode(job.name, forKey: .name)
    try values.encode(job.task, forKey: .task)
    try values.encode(job.model, forKey: .model)
    try values.encode(job.modelName, forKey: .modelName)
    try values.encode(job.settings, forKey: .settings)
    let image = job.image
    try values.encode(
      Image(id: image.id, width: image.width, height: image.height, bytes: image.bytes), forKey: .image)
    try values.encode(job.created, forKey: .created)
    try values.encodeIfPresent(job.started, forKey: .started)
    try values.encodeIfPresent(job.ended, forKey: .ended)
    try values.encode(job.state == .done ? 1 : progress.fraction, forKey: .progress)
    try values.encodeIfPresent(job.state == .running ? progress.secondsLeft : nil, forKey: .secondsLeft)
    try values.encodeIfPresent(place, forKey: .place)
    try values.encodeIfPresent(job.result, forKey: .result)
    try values.encodeIfPresent(job.error, forKey: .error)
    try values.encode(job.notices, forKey: .notices)
  }
}

/// The queue as a client sees it.
struct QueueView: Encodable, Equatable {
  var isPaused = false
  var waiting = 0, running = 0, done = 0, failed = 0, cancelled = 0
  /// Until all waiting jobs are done.
  var secondsLeft: Double?
  /// Why nothing is computed.
  var obstacle: String?
}

/// What a model makes of an image.
enum ModelTask: String, Codable, Sendable, CaseIterable {
  case upscale, translate, colorize
}
