import Foundation

extension FilmDescription {
  /// Asks ffprobe. Throws `FilmError`.
  init(of film: URL) throws {
    let arguments = ["-v", "error", "-of", "json", "-show_streams", FFmpeg.argument(film)]
    let data = try FFmpeg.ffprobe.output(arguments, of: film)
    guard let probe = try? JSONDecoder().decode(Probe.self, from: data) else {
      throw FilmError.failed(path: film.relativePath, reason: "no description of the file")
    }
    // A picture of the cover is a video stream, too.
    guard let video = probe.streams.first(where: { $0.codecType == "video" && $0.disposition?["attached_pic"] != 1 }),
      let width = video.width, let height = video.height, width > 0, height > 0,
      let timeBase = Ratio(video.timeBase, between: "/"), timeBase.value > 0
    else { throw FilmError.noVideo(path: film.relativePath) }
    let format = video.pixFmt ?? ""
    self.init(
      width: width, height: height,
      rotation: Self.rotation(video.sideDataList?.compactMap(\.rotation).first ?? 0),
      pixelShape: Ratio(video.sampleAspectRatio, between: ":") ?? Ratio(numerator: 1, denominator: 1),
      timeBase: timeBase,
      rate: Ratio(video.avgFrameRate, between: "/").map(\.value),
      isInterlaced: ["tt", "bb", "tb", "bt"].contains(video.fieldOrder), colors: Self.colors(of: video, height: height),
      pixelFormat: format, codec: video.codecName ?? "",
      sounds: probe.streams.filter { $0.codecType == "audio" }.map { Sound(codec: $0.codecName ?? "") },
      subtitles: probe.streams.filter { $0.codecType == "subtitle" }.map { $0.codecName ?? "" })
  }

  /// To the nearest quarter turn, from -90 to 180.
  private static func rotation(_ degrees: Double) -> Int {
    let quarters = (Int((degrees / 90).rounded()) % 4 + 4) % 4
    return [0, 90, 180, -90][quarters]
  }

  /// Files that do not name the matrix are taken as players take them: BT.709 from 720 rows on, BT.601 below.
  private static func colors(of stream: Probe.Stream, height: Int) -> Colors {
    func known(_ name: String?) -> String? { ["unknown", "reserved", nil].contains(name) ? nil : name }
    let matrix = known(stream.colorSpace)
    return Colors(
      matrix: matrix ?? (height >= 720 ? "bt709" : "smpte170m"), primaries: known(stream.colorPrimaries),
      transfer: known(stream.colorTransfer),
      isFullRange: stream.colorRange == "pc" || stream.pixFmt?.hasPrefix("yuvj") == true, isGuessed: matrix == nil)
  }
}

extension FilmDescription.Ratio {
  /// "1/25" or "4:3"; nil for others, and where a part is 0.
  fileprivate init?(_ text: String?, between separator: Character) {
    let parts = (text ?? "").split(separator: separator).compactMap { Int($0) }
    guard parts.count == 2, parts[0] > 0, parts[1] > 0 else { return nil }
    self.init(numerator: parts[0], denominator: parts[1])
  }
}

/// The parts of ffprobe's answer that matter.
private struct Probe: Decodable {
  struct SideData: Decodable { var rotation: Double? }

  struct Stream: Decodable {
    var codecType: String?
    var codecName: String?
    var width: Int?
    var height: Int?
    var pixFmt: String?
    var sampleAspectRatio: String?
    var timeBase: String?
    var avgFrameRate: String?
    var fieldOrder: String?
    var colorRange: String?
    var colorSpace: String?
    var colorTransfer: String?
    var colorPrimaries: String?
    var disposition: [String: Int]?
    var sideDataList: [SideData]?

    private enum CodingKeys: String, CodingKey {
      case width, height, disposition
      case codecType = "codec_type"
      case codecName = "codec_name"
      case pixFmt = "pix_fmt"
      case sampleAspectRatio = "sample_aspect_ratio"
      case timeBase = "time_base"
      case avgFrameRate = "avg_frame_rate"
      case fieldOrder = "field_order"
      case colorRange = "color_range"
      case colorSpace = "color_space"
      case colorTransfer = "color_transfer"
      case colorPrimaries = "color_primaries"
      case sideDataList = "side_data_list"
    }
  }

  var streams: [Stream]
}
