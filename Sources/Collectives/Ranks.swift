import Foundation

/// The ranks of this process's launch.
public enum Ranks {
  /// What the launcher says; nil for a process by itself.
  public static func launch() throws(CollectiveFailure) -> Launch? {
    try Launch(ProcessInfo.processInfo.environment)
  }

  /// Joins the other ranks, for which it waits up to a minute; a process by itself is the only rank. To be called once.
  public static func join() throws(CollectiveFailure) -> any Collective {
    guard let launch = try launch() else { return SoleRank.shared }
    return try MPICollective(launch)
  }
}
