/// How much clients may ask for. Each limit has its own message.
public struct ServerLimits: Sendable {
  /// The largest image file, in bytes.
  public var uploadBytes = 256 << 20
  /// The largest model file, in bytes.
  public var modelBytes = 1 << 30
  /// The most pixels of one image.
  public var pixels = 100_000_000
  /// The most jobs of one client, whatever their state.
  public var jobs = 5000
  /// The most uploads at the same time.
  public var uploads = 64
  /// The most connections; further ones wait.
  public var connections = 1000
  /// What images, results and added models may take together, in bytes.
  public var diskBytes = 50 << 30
  /// What must stay free on the disk, in bytes.
  public var freeBytes = 256 << 20
  /// Seconds after which a connection ends on which nothing arrives.
  public var idleSeconds = 60

  public init() {}
}
