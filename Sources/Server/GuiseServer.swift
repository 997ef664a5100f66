import Files
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Tensors

/// What `guise serve` runs: answers requests, computes jobs and trains, until it is stopped.
public final class GuiseServer: Sendable {
  public struct Options: Sendable {
    public var host = "127.0.0.1"
    /// 0 for any that is free.
    public var port = 7860
    /// The folder of photographs that clients may use; nil for none.
    public var folder: URL?
    /// The folder of runs. The queue lies in its subfolder `.guise-serve`.
    public var outputs = URL(filePath: "outputs", directoryHint: .isDirectory)
    /// Of clients, the host's first; without one, every client is the host.
    public var tokens: [String] = []
    public var limits = ServerLimits()

    public init() {}
  }

  private let options: Options
  private let queue: JobQueue
  private let runner: JobRunner
  private let events = EventHub()
  private let training: TrainingHost
  private let watch: RunWatch
  private let router: @Sendable (AccessCheck) -> Router
  private let task = Mutex<Task<Void, any Error>?>(nil)

  /// Opens the queue. Throws `ServerError`, or `FileError` for a folder that cannot be used or that another server uses.
  public init(_ options: Options) throws {
    guard AccessCheck.isLoopback(options.host) || !options.tokens.isEmpty else {
      throw ServerError.openWithoutToken(host: options.host)
    }
    if let short = options.tokens.first(where: { $0.utf8.count < Self.shortestToken }) {
      throw ServerError.shortToken(length: short.utf8.count, shortest: Self.shortestToken)
    }
    if let folder = options.folder {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
        throw ServerError.noFolder(path: folder.relativePath)
      }
    }
    self.options = options
    let limits = options.limits
    let store = try JobStore(options.outputs.appending(path: ".guise-serve", directoryHint: .isDirectory))
    let devices = Self.devices
    let queue = JobQueue(store, events: events, limits: limits)
    let shelf = ModelShelf(store, outputs: options.outputs, devices: devices)
    let folder = options.folder.map(PhotoFolder.init)
    self.queue = queue
    let disk = DiskShare(store.root, limits: limits)
    runner = JobRunner(queue, shelf: shelf, folder: folder, disk: disk, limits: limits)
    let list = RunList(outputs: options.outputs)
    let telling = Telling()
    training = TrainingHost(
      outputs: options.outputs,
      readable: [URL(filePath: ".", directoryHint: .isDirectory)] + [options.folder].compactMap(\.self)
    ) { telling.watch?.tell($0) }
    let watch = RunWatch(list, host: training, events: events)
    telling.set(watch)
    self.watch = watch
    let offload = Offload(threads: 4)
    let counter = UploadCounter(most: limits.uploads)
    let previews = Previews(store: store, offload: Offload(threads: 2), limits: limits)
    let (events, training) = (events, training)
    router = { access in
      var router = Router()
      PageRoutes(
        queue: queue, events: events, access: access, folder: folder, limits: limits, devices: devices, watch: watch
      ).add(to: &router)
      ImageRoutes(
        queue: queue, shelf: shelf, folder: folder, previews: previews, disk: disk, counter: counter, limits: limits,
        offload: offload
      ).add(to: &router)
      JobRoutes(queue: queue, previews: previews).add(to: &router)
      ModelRoutes(
        shelf: shelf, queue: queue, disk: disk, counter: counter, limits: limits, offload: offload, events: events
      ).add(to: &router)
      RunRoutes(watch: watch, host: training, offload: offload).add(to: &router)
      return router
    }
  }

  /// In bytes: what can be guessed is no protection.
  private static let shortestToken = 8

  /// `auto`, `cpu` and what has a Vulkan driver.
  private static var devices: [SettingView.Choice] {
    [
      SettingView.Choice(value: "auto", label: "A GPU if there is one"),
      SettingView.Choice(value: "cpu", label: "Processor"),
    ] + ListedDevice.all.map { SettingView.Choice(value: "\($0.choice)", label: $0.name) }
  }

  /// Begins to answer and to compute, and returns the port. Throws `ServerError` if the address cannot be had.
  public func start() throws -> Int {
    let bound = Bound()
    let (options, router) = (options, router)
    let server = Task(executorPreference: RequestThreads.shared) {
      let ready = Mutex<(AccessCheck, Router)?>(nil)
      let channel = HTTP1Channel(
        responder: { request, writer, _ in
          guard let (access, router) = ready.withLock({ $0 }) else { return }
          try await Self.answer(request, writer, access, router)
        },
        configuration: .init(idleTimeout: .seconds(Int64(options.limits.idleSeconds))))
      let service = channel.server(
        configuration: .init(
          address: .hostname(options.host, port: options.port),
          availableConnectionsDelegate: MaximumAvailableConnections(options.limits.connections)),
        onServerRunning: { channel in
          let port = channel.localAddress?.port ?? options.port
          let access = AccessCheck(host: options.host, port: port, tokens: options.tokens)
          ready.withLock { $0 = (access, router(access)) }
          bound.set(.success(port))
        },
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: Logger(label: "guise") { _ in SwiftLogNoOpLogHandler() })
      do {
        try await service.run()
      } catch {
        bound.set(.failure(ServerError(binding: error, host: options.host, port: options.port)))
        throw error
      }
    }
    task.withLock { $0 = server }
    let port = try bound.wait()
    runner.start()
    watch.start()
    Task { [events] in
      while !server.isCancelled {
        try await Task.sleep(for: .seconds(15))
        events.beat()
      }
    }
    return port
  }

  /// Ends what is computed, so that it goes on at the next start; training saves a checkpoint first.
  public func stop() {
    queue.stop()
    events.stop()
    watch.stop()
    task.withLock { $0?.cancel() }
    runner.waitForEnd()
    training.end()
    queue.store.release()
  }

  private static func answer(
    _ request: Request, _ writer: consuming ResponseWriter, _ access: AccessCheck, _ router: Router
  ) async throws {
    var response: Response
    do {
      if let login = try PageRoutes.login(request, access) {
        response = login
      } else if let page = try PageFiles.answer(request, access) {
        response = page
      } else {
        let client = try access.client(of: request)
        if request.headers[.expect]?.lowercased() == "100-continue" {
          try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        response = try await router.answer(request, from: client)
      }
    } catch let refusal as Refusal {
      response = Answer.refusal(refusal)
    } catch let error as FileError {
      if case .diskFull = error {
        response = Answer.refusal(.full("the server's disk is full: delete jobs that are done"))
      } else {
        response = Answer.refusal(Refusal(.internalServerError, "\(error)"))
      }
    } catch {
      // Where the client has gone away, nobody reads it.
      response = Answer.refusal(Refusal(.internalServerError, "\(error)"))
    }
    for (name, value) in safety { response.headers[name] = value }
    try await writer.write(response: response.head, body: response.body)
  }

  /// Nothing is loaded from elsewhere, nothing is executed that does not lie in a file of the page, and no other site may show
  /// or read anything.
  private static let safety: [(HTTPField.Name, String)] = [
    (
      .contentSecurityPolicy,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    (.contentTypeOptions, "nosniff"), (.crossOriginResourcePolicy, "same-origin"), (.referrerPolicy, "no-referrer"),
  ]
}

/// Leads from the training host to the watch, which is made of it.
private final class Telling: Sendable {
  private let value = Mutex<RunWatch?>(nil)

  var watch: RunWatch? { value.withLock { $0 } }

  func set(_ watch: RunWatch) { value.withLock { $0 = watch } }
}

/// Whether the server has got its address, once that is decided.
private final class Bound: Sendable {
  private let result = Mutex<Result<Int, ServerError>?>(nil)
  private let isDecided = DispatchSemaphore(value: 0)

  func set(_ new: Result<Int, ServerError>) {
    let isFirst = result.withLock { result in
      defer { result = result ?? new }
      return result == nil
    }
    if isFirst { isDecided.signal() }
  }

  func wait() throws(ServerError) -> Int {
    isDecided.wait()
    return try result.withLock { $0 ?? .success(0) }.get()
  }
}
