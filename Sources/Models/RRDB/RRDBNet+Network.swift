import Layers

extension RRDBNet {
  public static let name = "rrdb"
  public static let title = "RRDBNet (ESRGAN)"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 1...1024),
    .integer("growth", \.growth, 1...1024),
  ]

  public static func scales(of configuration: Configuration) -> [Int] {
    [1, 2, 4].map { (1 << configuration.upsamplings) / $0 }.filter { $0 > 0 }.reversed()
  }

  public static func summary(of configuration: Configuration) -> String {
    "RRDBNet x\(configuration.scale), \(SummaryText.counted(configuration.blocks, "block")), "
      + "width \(configuration.width), growth \(configuration.growth), \(SummaryText.channels(configuration))"
      + (configuration.dense == .residual ? ", residual dense blocks (ESRGAN+)" : "")
  }

  /// Small weights, because without norms a residual network trains best if it starts close to the identity.
  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 0.1) }

  public static var benchmarks: [NetworkBenchmark] {
    [NetworkBenchmark(name, Self.self, Configuration(), initializer: .xavier)]
  }
}

extension KeyedDecodingContainer {
  /// Older model files, from before there was a choice, lack this setting.
  func decode(_ type: RRDBNet.Dense.Type, forKey key: Key) throws -> RRDBNet.Dense {
    try decodeIfPresent(type, forKey: key) ?? .plain
  }
}
