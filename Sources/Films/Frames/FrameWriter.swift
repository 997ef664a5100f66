import Foundation
import Images

/// Has ffmpeg encode frames into a file, behind whoever makes them.
final class FrameWriter: Sendable {
  private let program: RunningProgram
  /// Times are in microseconds.
  private let queue = FrameQueue<(time: Int, image: Image)>()
  /// Has no frames, only the end of encoding.
  private let outcome = FrameQueue<Never>()
  private let frames: MatroskaFrames
  private let timeBase: FilmDescription.Ratio
  /// Of the film's first frame: times of encoders should begin near 0.
  private let origin: Int

  /// - Parameter file: of a kind that keeps any time base; it is replaced.
  ///
  /// Throws `FilmError`.
  init(
    to file: URL, _ layout: FrameLayout, of description: FilmDescription, origin: Int, encoding: FilmEncoding
  ) throws {
    self.origin = origin
    frames = MatroskaFrames(layout: layout)
    timeBase = description.timeBase
    let input = ["-hide_banner", "-nostats", "-loglevel", "error", "-y", "-copyts", "-f", "matroska", "-i", "pipe:0"]
    let filters = ["-vf", Self.filters(layout, description, encoding), "-fps_mode", "passthrough"]
    let times = ["-enc_time_base", "\(timeBase.numerator):\(timeBase.denominator)"]
    let codec: [String] = encoding.arguments(layout, description) + Self.tags(description)
    let arguments: [String] = input + filters + times + codec + ["-f", "nut", FFmpeg.argument(file)]
    program = try RunningProgram(.ffmpeg, arguments, isWritten: true)
    let thread = Thread { [program, queue, outcome, frames] in
      let result = Result {
        try program.write(frames.header, for: file)
        while let frame = try queue.next() {
          try program.write(frames.header(ofFrameAt: frame.time), for: file)
          try program.write(frames.layout.bytes(frame.image), for: file)
        }
        try program.finish(with: file)
      }
      queue.close()
      outcome.finish(result)
    }
    thread.start()
  }

  var layout: FrameLayout { frames.layout }

  deinit {
    queue.close()
    program.terminate()
    queue.finish(.success(()))
  }

  /// - Parameters:
  ///   - time: in units of the film's time base, larger than those before it.
  ///   - image: of the layout's size.
  ///
  /// Throws `FilmError` if encoding has failed.
  func append(_ image: Image, at time: Int) throws {
    let seconds = Double(time - origin) * timeBase.value
    guard queue.append((Int((1e6 * seconds).rounded()), image)) else {
      _ = try outcome.next()
      return
    }
  }

  /// Waits until the file is complete. Throws `FilmError`.
  func finish() throws {
    queue.finish(.success(()))
    _ = try outcome.next()
  }

  /// Turned as the film's own pictures are stored, and in its colours.
  private static func filters(
    _ layout: FrameLayout, _ description: FilmDescription, _ encoding: FilmEncoding
  ) -> String {
    let colors = description.colors
    var filters: [String] =
      switch encoding.container.keepsRotation ? description.rotation : 0 {
      // Players turn them back.
      case 90: ["transpose=clock"]
      case -90: ["transpose=cclock"]
      case 180: ["hflip", "vflip"]
      default: []
      }
    filters.append(
      "scale=in_range=pc:out_color_matrix=\(ColorFilter.matrix(colors.matrix)):out_range=\(colors.isFullRange ? "pc" : "tv"):"
        + "flags=\(ColorFilter.flags)")
    filters.append("format=\(encoding.pixelFormat(layout, description))")
    let shape = description.pixelShape
    filters.append("setsar=\(shape.numerator)/\(shape.denominator)")
    return filters.joined(separator: ",")
  }

  private static func tags(_ description: FilmDescription) -> [String] {
    let colors = description.colors
    guard ColorFilter.matrix(colors.matrix) != "auto" else { return [] }
    return ["-colorspace", colors.matrix, "-color_range", colors.isFullRange ? "pc" : "tv"]
      + (colors.primaries.map { ["-color_primaries", $0] } ?? [])
      + (colors.transfer.map { ["-color_trc", $0] } ?? [])
  }
}
