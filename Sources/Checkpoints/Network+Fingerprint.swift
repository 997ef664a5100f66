import Files
import Foundation
import Layers
import Models
import Tensors

extension Network {
  /// A hash of the network's kind, configuration and values, wherever they were loaded from.
  package var fingerprint: Fingerprint {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var fingerprint = Fingerprint(of: "\(Self.self)")
    if let configuration = try? encoder.encode(configuration) { configuration.withUnsafeBytes { fingerprint.add($0) } }
    for parameter in parameters { parameter.value.withHostMemory { fingerprint.add(UnsafeRawBufferPointer($0)) } }
    for (_, statistic) in namedStatistics {
      statistic.value.withHostMemory { fingerprint.add(UnsafeRawBufferPointer($0)) }
    }
    return fingerprint
  }
}
