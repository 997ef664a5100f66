import Foundation
import Testing

@Suite struct BenchCommandTests {
  private let guise: GuiseProgram

  init() throws { guise = try GuiseProgram() }

  private func object(_ result: GuiseProgram.Result) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any], "\(result.errors)")
  }

  @Test func benchesAsJSON() throws {
    let result = try object(
      guise.run([
        "bench", "forward", "--network", "resnet6", "--size", "16", "--repeats", "3", "--profile", "--json",
      ]))
    for key in ["median_seconds", "min_seconds", "peak_bytes"] { #expect((result[key] as? Double ?? 0) > 0) }
    let profile = try #require(result["profile"] as? [[String: Any]])
    let shares = profile.map { $0["share"] as? Double ?? -1 }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-6 && shares.allSatisfy { $0 >= 0 })
    let convolution = try #require(profile.first { $0["operation"] as? String == "Convolution" })
    #expect(convolution["calls"] as? Int == 16 && convolution["gigaflops_per_second"] as? Double ?? 0 > 0)
  }

  @Test func profilesAsATable() throws {
    let result = try guise.run(["bench", "train", "--size", "24", "--repeats", "1", "--profile"])
    #expect(result.status == 0 && result.errors.isEmpty)
    for name in ["Convolution weight gradient", "Normalization gradient", "Adam", "Outside of operations"] {
      #expect(result.output.contains("\n\(name) "), "\(result.output)")
    }
  }
}
