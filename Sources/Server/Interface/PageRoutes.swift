import Checkpoints
import Foundation
import HTTPTypes
import HummingbirdCore
import Images
import Pipelines
import Tensors

/// The login, what the server is, and its events.
struct PageRoutes: Sendable {
  let queue: JobQueue
  let events: EventHub
  let access: AccessCheck
  let folder: PhotoFolder?
  let limits: ServerLimits
  let devices: [SettingView.Choice]
  let watch: RunWatch

  func add(to router: inout Router) {
    router.on(.get, "/v1/openapi.yaml") { _ in
      Answer.bytes(Data(PackageResources.openapi_yaml), type: MediaType.of("openapi.yaml"))
    }
    router.on(.get, "/v1/server") { exchange in Answer.json(server(for: exchange.client)) }
    router.on(.get, "/v1/events") { exchange in
      let client = exchange.client
      return EventStream.answer(events, to: client, after: exchange.request.headers[.lastEventID]) {
        JSONText.data(
          Snapshot(
            queue: queue.queue(of: client), running: queue.running(of: client), runs: client.isHost ? watch.views : []))
      }
    }
  }

  private struct Snapshot: Encodable {
    let queue: QueueView
    let running: JobView?
    let runs: [RunView]
  }

  private struct ServerView: Encodable {
    struct Formats: Encodable {
      let read, written: [String]
    }

    struct Limits: Encodable {
      let uploadBytes, modelBytes, pixels, jobs, uploads, diskBytes: Int
    }

    let version: String
    let isHost, hasToken: Bool
    let folder: String?
    let devices: [SettingView.Choice]
    let formats: Formats
    let usualModels: [String: String]
    let limits: Limits
  }

  private func server(for client: Client) -> ServerView {
    ServerView(
      version: GuiseVersion.current, isHost: client.isHost, hasToken: !access.tokens.isEmpty, folder: folder?.name,
      devices: devices,
      formats: .init(
        read: ImageFileKind.all.filter(\.isRead).flatMap(\.extensions),
        written: OutputFormat.allCases.filter { $0 != .same }.map(\.rawValue)),
      usualModels: [
        "upscale": BundledModel.upscaling, "translate": "photo-to-monet", "colorize": BundledModel.colorization,
      ],
      limits: .init(
        uploadBytes: limits.uploadBytes, modelBytes: limits.modelBytes, pixels: limits.pixels, jobs: limits.jobs,
        uploads: limits.uploads, diskBytes: limits.diskBytes))
  }

  /// The answer to whoever opens the link with a token: before that, a client has none, so it is asked for here.
  static func login(_ request: Request, _ access: AccessCheck) throws(Refusal) -> Response? {
    let path = request.head.path ?? ""
    guard request.method == .get, path == "/login" || path.hasPrefix("/login?") else { return nil }
    try access.checkHost(request)
    let token = path.split(separator: "?").dropFirst().first?.split(separator: "&").first { $0.hasPrefix("token=") }
    let text = token.flatMap { String($0.dropFirst("token=".count)).removingPercentEncoding } ?? ""
    guard access.tokens.isEmpty || access.client(token: text) != nil else {
      throw .forbidden("the token is none of the server's: expected the link that it printed")
    }
    let allowed = CharacterSet.alphanumerics
    let coded = text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    return Response(
      status: .seeOther,
      headers: [
        .location: "/", .cacheControl: "no-store",
        .setCookie: "\(access.cookie)=\(coded); Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000",
      ])
  }
}
