import Foundation
import NIOCore

/// Why the server cannot be started.
public enum ServerError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// It would be reached from other machines, by anyone.
  case openWithoutToken(host: String)
  case shortToken(length: Int, shortest: Int)
  case noFolder(path: String)
  case portTaken(host: String, port: Int)
  case unusableAddress(host: String, port: Int, reason: String)

  init(binding error: any Error, host: String, port: Int) {
    switch error {
    case let error as IOError where error.errnoCode == EADDRINUSE: self = .portTaken(host: host, port: port)
    case let error as IOError:
      self = .unusableAddress(host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
    default: self = .unusableAddress(host: host, port: port, reason: "\(error)")
    }
  }

  public var description: String {
    switch self {
    case .openWithoutToken(let host):
      "at \(host) other machines reach the server, and everyone there could use it: expected a token, which clients then need"
    case .shortToken(let length, let shortest):
      "a token has \(length) bytes, expected at least \(shortest) that nobody guesses"
    case .noFolder(let path): "there is no folder \(path)"
    case .portTaken(let host, let port):
      "port \(port) of \(host) is taken, maybe by a server that runs already: choose another one"
    case .unusableAddress(let host, let port, let reason): "cannot listen at \(host), port \(port): \(reason)"
    }
  }

  public var errorDescription: String? { description }
}
