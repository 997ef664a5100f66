/// Why ranks can no longer train together.
public enum CollectiveFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// A rank has not been heard of for some seconds.
  case silent(rank: Int, host: String, seconds: Int)
  /// A rank has said that it ends, or another has lost it.
  case ended(rank: Int, host: String)
  /// The library has reported an error.
  case library(String)
  /// The ranks did not find together.
  case notStarted(String)

  public var description: String {
    switch self {
    case .silent(let rank, let host, let seconds):
      "rank \(rank) on \(host) has not been heard of for \(seconds) seconds: it was killed, its machine is gone, or the "
        + "connection is cut. \(Self.remedy)"
    case .ended(let rank, let host):
      "rank \(rank) on \(host) has ended or was lost, see what it says. \(Self.remedy)"
    case .library(let message): "MPI reports: \(message). \(Self.remedy)"
    case .notStarted(let reason): reason
    }
  }

  private static let remedy = "Go on from the newest checkpoint with --resume, with as many ranks or another number"
}
