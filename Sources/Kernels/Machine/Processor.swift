import CProcessor
import Foundation

/// The processor that the program runs on.
package enum Processor {
  #if arch(x86_64)
  static let hasAVX2 = processor_has_avx2()
  static let hasAVX512 = processor_has_avx512()
  /// Whether it has AVX-512 BF16, for products of bfloat16 pairs.
  static let hasPairProducts = processor_has_avx512_bfloat16()
  #else
  static let hasAVX512 = false
  static let hasPairProducts = false
  #endif

  /// The model name in `/proc/cpuinfo`, with the family and model numbers where there are any: different cloud machines
  /// often share one name.
  package static let name: String = {
    let name = value(of: "model name")
    let (family, model) = (value(of: "cpu family"), value(of: "model"))
    if name.isEmpty { return "unknown" }
    return family.isEmpty ? name : "\(name), family \(family) model \(model)"
  }()

  private static func value(of key: String) -> String {
    for line in information.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else { continue }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return ""
  }

  private static let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
}
