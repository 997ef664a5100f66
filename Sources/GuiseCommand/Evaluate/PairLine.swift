import Images
import Pipelines

/// A pair, or the means of all pairs, as a line of JSON, with the scores by their measures' names.
struct PairLine: Encodable {
  var output: String?
  var truth: String?
  var status: String
  var size: String?
  var truthSize: String?
  var pairs: Int?
  var error: String?
  var scores: [ImageScore] = []
  var colors: ColorComparison?
  var gridRatio: Double?

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    let texts = [
      ("output", output), ("truth", truth), ("status", status), ("size", size), ("truthSize", truthSize),
      ("error", error),
    ]
    for (name, text) in texts { try container.encodeIfPresent(text, forKey: Key(name)) }
    try container.encodeIfPresent(pairs, forKey: Key("pairs"))
    for score in scores {
      // JSON has no infinite numbers: the PSNR of equal images is left out, as is the grid of repeated pixels.
      if let value = score.value, value.isFinite { try container.encode(value, forKey: Key(score.measure.rawValue)) }
    }
    let comparisons = [
      ("ciede2000Ratio", colors?.colorDifferenceRatio), ("psnrGain", colors?.peakSignalToNoiseGain),
      ("colorfulnessRatio", colors?.colorfulnessRatio), ("gridRatio", gridRatio),
    ]
    for case (let name, let value?) in comparisons where value.isFinite {
      try container.encode(value, forKey: Key(name))
    }
    let isIdentical = scores.contains { $0.measure == .peakSignalToNoiseRatio && $0.value == .infinity }
    if isIdentical { try container.encode(true, forKey: Key("isIdentical")) }
  }
}
